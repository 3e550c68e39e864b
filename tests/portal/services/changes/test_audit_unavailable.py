"""A database that fails: before a write nothing is sent, and after it nothing hides how it went."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.services.changes.executor import AuditUnavailable, ChangeExecutor, Done
from tests.support.changes import INTENT, nothing, outcomes
from tests.support.client import Browser, Page
from tests.support.config_files import TEXT, post_file
from tests.support.population import HQ
from tests.support.statements import fail_statements
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SYSTEM_ADMIN, World


def test_unrecorded_outcome_does_not_fail_the_write(world: World, executor: ChangeExecutor) -> None:
    with fail_statements(world, "INSERT INTO portal_outcomes"):
        assert executor.execute(INTENT, lambda: "made", recheck=nothing, look=nothing) == Done("made")
    assert outcomes(world) == [[]]


def test_database_failure_after_sending_keeps_the_result(world: World, executor: ChangeExecutor) -> None:
    with contextlib.ExitStack() as failures:

        def call(error: ApiError | None = None) -> str:
            failures.enter_context(fail_statements(world, "portal_list_versions"))
            if error:
                raise error
            return "made"

        assert executor.execute(INTENT, call, recheck=nothing, look=nothing) == Done("made")
        failures.close()
        world.clock.advance(minutes=2)  # until then the first one is in the way
        with pytest.raises(ApiNotFound):
            executor.execute(INTENT, lambda: call(ApiNotFound("gone")), recheck=nothing, look=nothing)
    assert outcomes(world) == [[], []]  # until a reading tells


def signing_in(browser: Browser) -> Page:
    return Browser(browser.app).sign_in(COLLEAGUE.username, PASSWORD)


@pytest.mark.parametrize(
    ("statement", "does"),
    [
        ("UPDATE portal_sessions SET seen_at", lambda browser: browser.get("/account?once=more")),
        ("INSERT INTO portal_uploads", lambda browser: post_file(browser, TEXT)),
        ("INSERT INTO portal_support_names", lambda browser: browser.post("/staff/support", username="x@y")),
        ("INSERT INTO portal_sign_in_tries", signing_in),
        ("INSERT INTO portal_sessions", signing_in),
        ("INSERT INTO portal_outcomes", signing_in),
    ],
)
def test_database_failure_is_told_and_writes_nothing(
    world: World, statement: str, does: Callable[[Browser], Page]
) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    admin.token()
    world.clock.advance(minutes=1 if statement.startswith("UPDATE") else 0)
    before = world.contents()
    with fail_statements(world, statement):
        page = does(admin)
    assert (page.status, page.h1) == (503, "The portal’s database is not available")
    assert "Nothing was sent to the telephony platform." in page.words
    assert ("/account?once=more" in page.links()) == (page.url == "/account?once=more")
    [table] = [name for name in before if name in statement.split()]
    for each in (table, "portal_changes"):
        assert world.contents()[each] == before[each]


class Sticky(HTTPAdapter):
    """Sets a cookie of its own with each answer, as a load balancer does, and notes what comes back."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._wire = wire

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.heard.append(request.headers.get("Cookie", ""))
        response = self._wire.send(request, *args, **kwargs)
        response.raw.headers.add("Set-Cookie", f"sticky={len(self.heard)}")
        return response


def test_unstored_backend_cookie_keeps_the_result(world: World) -> None:
    app = world.another_portal(Sticky)
    sticky, owner = world.held_by(app).adapter, world.browser(OWNER, app)
    assert isinstance(sticky, Sticky)
    owner.get(HQ)
    answers = len(sticky.heard)
    form = owner.get(f"{HQ}Reception/edit")
    assert sticky.heard[answers].endswith(f"sticky={answers}")  # what came with the last answer to the page before
    with fail_statements(world, "UPDATE portal_sessions SET backend_cookies", app=app):
        assert owner.submit(form, description="changed").status == 303
    assert "changed" in owner.get(f"{HQ}Reception/").words


@pytest.mark.parametrize("statement", ["INSERT INTO portal_changes", "portal_list_versions", "FROM portal_changes"])
def test_unrecorded_change_is_not_sent(world: World, executor: ChangeExecutor, statement: str) -> None:
    sent: list[None] = []
    with fail_statements(world, statement), pytest.raises(AuditUnavailable):
        executor.execute(INTENT, lambda: sent.append(None), recheck=nothing, look=nothing)
    assert (sent, outcomes(world)) == ([], [])
