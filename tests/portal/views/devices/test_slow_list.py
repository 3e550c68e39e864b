"""The list page while the platform takes its time, fails, or is away."""

import pytest
from requests import ConnectionError as NoConnection

from tests.support.client import HTMX, Browser, Page
from tests.support.population import API_HQ, HQ
from tests.support.slow_lists import ListGate, slow_portal
from tests.support.tables import list_row_headings
from tests.support.waiting import wait_until
from tests.support.world import COLLEAGUE, OWNER, World

PROGRESS = f"{HQ}progress"


@pytest.fixture
def gate() -> ListGate:
    return ListGate()


@pytest.fixture
def owner(world: World, gate: ListGate) -> Browser:
    return world.browser(OWNER, slow_portal(world, gate))


def has_list(page: Page) -> bool:
    return page.status == 200 and "Reception" in list_row_headings(page)


def find_poll_url(page: Page) -> str:
    [asking] = [element for element in page.document.iter("div") if element.get("id") == "asking"]
    return asking.get("data-hx-get") or ""


def load_list(browser: Browser) -> Page:
    wait_until(lambda: has_list(browser.get(HQ)))
    return browser.get(HQ)


def test_first_list_is_asked_for_beside_the_page(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    page = owner.get(HQ)
    assert (page.status, page.h1) == (200, "Devices")
    assert "Asking the platform…" in page.words
    assert "It may take up to 1 s" in page.words
    gate.released.set()
    assert has_list(load_list(owner))
    assert gate.list_calls() == 1


def test_waiting_page_reloads_without_script(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    page = owner.get(f"{HQ}?q=desk&after=2026-01-01T00:00:00%2B00:00")
    assert page.headers["Refresh"] == f"3; url={HQ}?q=desk"
    assert f"{HQ}?q=desk" in page.links()
    assert "Refresh" not in owner.get(HQ, headers=HTMX).headers
    gate.released.set()


def test_progress_answers_until_the_list_is_there(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    page = owner.get(f"{HQ}?q=desk")
    poll_url = find_poll_url(page)
    assert poll_url.startswith(f"{PROGRESS}?q=desk")
    waiting = owner.get(poll_url, headers=HTMX)
    assert "HX-Retarget" not in waiting.headers
    assert "Asking the platform…" in waiting.words
    gate.released.set()
    wait_until(lambda: "HX-Retarget" in owner.get(poll_url, headers=HTMX).headers)
    answer = owner.get(poll_url, headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#device-list"
    assert "Desk 01" in list_row_headings(answer)
    assert "Reception" not in list_row_headings(answer)


def test_waiting_for_a_list_keeps_nobody_signed_in(world: World, owner: Browser) -> None:
    for _ in range(4):
        world.clock.advance(minutes=10)
        owner.get(PROGRESS, headers=HTMX)
    assert (owner.get(HQ).location or "").startswith("/login")


def test_old_list_is_shown_with_its_age_meanwhile(world: World, owner: Browser, gate: ListGate) -> None:
    load_list(owner)
    world.clock.advance(minutes=12)
    gate.released.clear()
    wait_until(lambda: has_list(owner.get(HQ)))  # once the platform has confirmed the group
    page = owner.get(HQ)
    assert "Below: the list as of 09:30:00 UTC, 12 min ago" in page.words
    still = owner.get(f"{HQ}?still=1")
    assert has_list(still)
    assert "Asking the platform" not in still.words
    assert "Refresh" not in still.headers
    gate.released.set()
    wait_until(lambda: "As of 09:42:00 UTC" in owner.get(HQ).words)


def test_cancelled_first_list_can_be_loaded(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    owner.get(HQ)
    page = owner.get(f"{HQ}?still=1")
    assert "The device list is not loaded" in page.words
    assert "Refresh" not in page.headers
    assert HQ in page.links()
    gate.released.set()


def test_list_of_all_workers_is_asked_for_once(world: World, gate: ListGate) -> None:
    workers = [slow_portal(world, gate) for _ in range(3)]
    people = [world.browser(member, worker) for worker in workers for member in (OWNER, COLLEAGUE)]
    gate.released.clear()
    for person in people:
        assert "Asking the platform…" in person.get(HQ).words
    gate.released.set()
    for person in people:
        load_list(person)
    assert gate.list_calls() == 1


def test_list_is_shared_by_all_who_may_see_it(world: World, owner: Browser) -> None:
    load_list(owner)
    world.tell_api("POST", API_HQ, {"deviceName": "Past the portal", "deviceType": "Generic SIP Phone"})
    colleague = world.browser(COLLEAGUE, owner.app)
    assert "Past the portal" not in list_row_headings(load_list(colleague))


def test_platform_away_leaves_the_old_list(world: World, owner: Browser, gate: ListGate) -> None:
    load_list(owner)
    world.clock.advance(minutes=18)
    gate.failure = NoConnection("the wire is cut")
    owner.get(HQ)
    wait_until(lambda: "is not responding" in owner.get(f"{HQ}?still=1").words)
    page = owner.get(f"{HQ}?still=1")
    assert has_list(page)
    assert "As of 09:30:00 UTC, 18 min ago" in page.words
    assert "attempt 2" in page.words
    retry = next(link for link in page.links() if "after=" in link)
    poll_url = find_poll_url(page)
    gate.failure = None
    owner.get(retry)
    wait_until(lambda: "is not responding" not in owner.get(HQ).words)
    assert "The platform answers again." in owner.get(poll_url, headers=HTMX).words
    assert "answers again" not in owner.get(HQ, headers=HTMX).words


def test_platform_away_without_a_list_is_503(owner: Browser, gate: ListGate) -> None:
    gate.failure = NoConnection("the wire is cut")
    wait_until(lambda: owner.get(HQ).status == 503)
    page = owner.get(f"{HQ}?still=1")
    assert page.status == 503
    assert "Phones keep working" in page.words
    gate.failure = None
    assert has_list(load_list(owner))


def test_export_without_a_list_shows_the_wait(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    page = owner.get(f"{HQ}export.csv")
    assert "Asking the platform…" in page.words
    gate.released.set()
    load_list(owner)
    assert owner.get(f"{HQ}export.csv").headers["Content-Type"].startswith("text/csv")


def test_query_cannot_change_where_links_lead(owner: Browser, gate: ListGate) -> None:
    gate.released.clear()
    page = owner.get(f"{HQ}?_external=1&_scheme=https&_anchor=x")
    assert all(link.startswith(("/", "#")) for link in page.links())
    gate.released.set()
