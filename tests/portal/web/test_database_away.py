"""A database that goes away in the middle of a request: every address answers in words, with every header."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.edge.headers import CONTENT_SECURITY_POLICY
from app.portal.web.error_pages import DATABASE_BUSY
from app.sqlite import FileReplaced
from tests.support.client import HTMX, Browser
from tests.support.routes import OWN_GROUP, request_route
from tests.support.world import SYSTEM_ADMIN, World

WAYS = [
    OperationalError("SELECT", None, OSError("the connection was closed")),
    InterfaceError("SELECT", None, OSError("the connection is closed")),
    InternalError("SELECT", None, OSError("terminated: idle in transaction")),
    PendingRollbackError("reconnect"),
    PoolTimeoutError("no free connection"),
    FileReplaced(),
]


@pytest.fixture(autouse=True)
def unlogged() -> Iterator[None]:
    """Keep thousands of tracebacks, and what they hold, out of the captured log."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


class Failing:
    """Lets `count` statements through; those after it fail."""

    def __init__(self, app: Flask) -> None:
        self._left: int | None = None
        self._ways = cycle(WAYS)
        self.has_failed = False
        self.failures = 0
        event.listen(app.extensions["portal"].engine, "before_cursor_execute", self._count)

    @contextmanager
    def after(self, count: int) -> Iterator[None]:
        self._left, self._error, self.has_failed = count, next(self._ways), False
        try:
            yield
        finally:
            self._left = None

    def _count(self, *_args: object) -> None:
        if self._left is None:
            return
        if self._left == 0:
            self.has_failed = True
            self.failures += 1
            raise self._error
        self._left -= 1


def describe_fault(answer: TestResponse) -> str:
    """Return what is wrong with an answer that a failing database had a part in; "" where nothing is."""
    if answer.status_code >= 500 and (answer.status_code != 503 or DATABASE_BUSY.title not in answer.text):
        return f"{answer.status_code}: {answer.text[:80]}"
    if answer.headers.get("Content-Security-Policy") != CONTENT_SECURITY_POLICY:
        return "no headers"
    return "" if answer.headers.get("Cache-Control") == "no-store" else "may be cached"


def find_faults(browser: Browser, failing: Failing, rule: Rule, method: str, counts: range) -> Iterator[str]:
    for count in counts:
        with failing.after(count):
            answer = request_route(browser, rule, method, OWN_GROUP)
        if fault := describe_fault(answer):
            yield f"{method} {rule.rule} after {count}: {fault}"
        if not failing.has_failed:
            return


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({}, range(1, 2)),  # once the user is known
        (HTMX, range(1)),
        pytest.param({}, range(12), marks=pytest.mark.long),
        pytest.param(HTMX, range(12), marks=pytest.mark.long),
    ],
    ids=["pages", "fragments", "pages further on", "fragments further on"],
)
def test_every_address_tells_of_database(world: World, headers: dict[str, str], counts: range) -> None:
    app = world.another_portal(page_seconds=0.1)
    browser = world.browser(SYSTEM_ADMIN, app)
    browser.token()  # kept, for its page would be the first to fail
    browser.client.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    failing, faults = Failing(app), list[str]()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "health.ready", "sign_in.logout"}:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            faults += find_faults(browser, failing, rule, method, counts)
    assert faults == []
    assert failing.failures > 80


def test_sign_in_and_out_tell_of_database(world: World) -> None:
    failing, browser = Failing(world.portal), world.browser(SYSTEM_ADMIN)
    browser.token()
    with failing.after(0):
        page = browser.post("/logout")
    assert (page.status, page.h1) == (503, DATABASE_BUSY.title)
    assert browser.get("/account").status == 200
    somebody = world.nobody()
    form = somebody.get("/login")
    with failing.after(0):
        page = somebody.submit(form, username=SYSTEM_ADMIN.username, password="of no use")
    assert (page.status, page.h1) == (503, DATABASE_BUSY.title)
