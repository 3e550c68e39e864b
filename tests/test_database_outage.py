"""The server while its PostgreSQL is away: words on every page, and back within seconds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
import requests
from sqlalchemy import Connection, text

from app.database import connect
from app.edge.headers import CONTENT_SECURITY_POLICY
from tests.support import postgres
from tests.support.browser.product import Product
from tests.support.client import HTMX
from tests.support.nodes import usual_settings
from tests.support.population import HQ, populate
from tests.support.slow_clients import Person
from tests.support.waiting import wait_until
from tests.support.world import OWNER, PASSWORD

postgres.skip_without()
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("postgresql")]

PAGES = [
    HQ,
    f"{HQ}Reception/",
    f"{HQ}Reception/lines/",
    f"{HQ}new",
    "/search?q=desk",
    "/history/",
    "/jobs/",
    "/account",
]
WORDS = "The portal’s database is not available"
PLATFORM = "The telephony platform is"  # not responding, or busy: its database is on the same server
BACK = 5.0  # seconds


@pytest.fixture
def product(tmp_path: Path, postgresql: str) -> Iterator[Product]:
    with postgres.database(postgresql, "outage") as url:
        populate(postgres.settings_in_one_database(tmp_path, url))
        product = Product(tmp_path, **usual_settings(url))
        product.start()
        yield product
        product.stop()


@contextmanager
def cut_again_and_again(server: str) -> Iterator[None]:
    """End all connections of others, four times a second."""
    engine, over = connect(server), [False]

    def cut() -> None:
        with engine.connect() as connection:
            while not over[0]:
                end_connections(connection)
                sleep(0.25)

    thread = Thread(target=cut)
    thread.start()
    try:
        yield
    finally:
        over[0] = True
        thread.join()
        engine.dispose()


def end_connections(connection: Connection) -> None:
    others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
    connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608
    connection.commit()


@contextmanager
def all_connections_taken(server: str) -> Iterator[None]:
    """Take what PostgreSQL has left, after it has lost the connections of the portal."""
    engine = connect(server)
    with ExitStack() as stack:
        with engine.connect() as connection:
            end_connections(connection)
        for _ in range(200):
            other = connect(server)
            stack.callback(other.dispose)
            try:
                stack.enter_context(other.connect())
            except Exception:
                break
        yield
    engine.dispose()


def find_fault(answer: requests.Response, *, is_away: bool) -> str:
    """Return what is wrong with a page; "" where nothing is."""
    if answer.headers.get("Content-Security-Policy") != CONTENT_SECURITY_POLICY:
        return f"no headers: {answer.status_code} {answer.text[:100]}"
    if answer.status_code == 503 and (WORDS in answer.text or (PLATFORM in answer.text and not is_away)):
        return ""
    is_fine = answer.status_code < 400 and not is_away
    return "" if is_fine else f"{answer.status_code} {answer.text[:100]}"


def visit(person: Person, until: float, *, is_away: bool) -> tuple[int, float, list[str]]:
    """Return how many pages were asked for, the longest wait, and what was wrong."""
    faults, longest = list[str](), 0.0
    for number in count():
        if monotonic() > until:
            return number, longest, faults
        path, headers = PAGES[number % len(PAGES)], HTMX if number // len(PAGES) % 2 else {}
        began = monotonic()
        answer = person.get(path, headers)
        longest = max(longest, monotonic() - began)
        if fault := find_fault(answer, is_away=is_away):
            faults.append(f"{path} {headers}: {fault}")
    raise AssertionError


OUTAGES: dict[str, tuple[Callable[[str], AbstractContextManager[None]], float, bool]] = {
    "stopped": (postgres.stopped, 20, True),
    "frozen": (postgres.frozen, 50, True),
    "restarted": (partial(postgres.stopped, mode="immediate"), 2, True),
    "cut": (cut_again_and_again, 10, False),
    "full": (all_connections_taken, 10, True),
}


@pytest.mark.parametrize("outage", OUTAGES)
def test_outage_is_told_and_over_in_seconds(product: Product, postgresql: str, outage: str) -> None:
    begin, seconds, is_away = OUTAGES[outage]
    people = [Person(product.url) for _ in range(6)]
    for person in people:
        assert person.sign_in(OWNER.username, PASSWORD).status_code == 303
    background = product.background_processes
    results: list[tuple[int, float, list[str]]] = []
    with begin(postgresql):
        until = monotonic() + seconds
        threads = [
            Thread(target=lambda who=person: results.append(visit(who, until, is_away=is_away))) for person in people
        ]
        for thread in threads:
            thread.start()
        longest = {"/healthz": 0.0, "/readyz": 0.0}
        while monotonic() < until:
            for path, most in list(longest.items()):
                began = monotonic()
                status = people[0].get(path).status_code
                longest[path] = max(most, monotonic() - began)
                assert status in ({200} if path == "/healthz" else {503} if is_away else {200, 503})
            sleep(0.5)
    began = monotonic()
    wait_until(lambda: Person(product.url).get("/readyz").status_code == 200, 30)
    wait_until(lambda: people[0].get("/account").status_code == 200, 30)
    back = monotonic() - began
    for thread in threads:
        thread.join()
    pages, waits = sum(number for number, _, _ in results), max(wait for _, wait, _ in results)
    print(f"{outage}: {pages} pages, longest {waits:.1f} s, {longest}, back in {back:.1f} s")  # noqa: T201
    assert [fault for _, _, faults in results for fault in faults] == []
    assert back < BACK
    assert longest["/readyz"] < 2
    assert longest["/healthz"] < 1
    assert visit(people[0], monotonic() + 1, is_away=False)[2] == []
    wait_until(lambda: product.background_processes == background, 10)
