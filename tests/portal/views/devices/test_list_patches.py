"""Own changes show in the cached list at once, without another reading of it."""

import pytest

from tests.support.client import Browser
from tests.support.population import API_HQ, HQ
from tests.support.slow_lists import ListGate
from tests.support.tables import list_row_headings
from tests.support.waiting import wait_until
from tests.support.world import COLLEAGUE, OWNER, World

NEW = {"device_type": "Yealink-T46G", "device_name": "Fresh", "mac_address": "00:15:65:99:99:99"}


@pytest.fixture
def gate(world: World) -> ListGate:
    gate = ListGate()
    world.another_portal(gate.wire)
    world.another_portal(gate.wire)
    return gate


@pytest.fixture
def owner(world: World, gate: ListGate) -> Browser:
    owner = world.browser(OWNER, world.portals[1])
    owner.get(HQ)
    return owner


@pytest.mark.both_databases
def test_own_changes_show_in_every_worker_without_a_reading(world: World, gate: ListGate, owner: Browser) -> None:
    colleague = world.browser(COLLEAGUE, world.portals[2])
    assert "Fresh" not in list_row_headings(colleague.get(HQ))
    owner.submit(owner.get(f"{HQ}new?type=Yealink-T46G"), **NEW)
    for browser in (owner, colleague):
        page = browser.get(f"{HQ}?q=fresh")
        assert list_row_headings(page) == ["Fresh"]
        assert "Yealink-T46G 00:15:65:99:99:99" in page.words
        assert "Online" in page.words
    owner.submit(owner.get(f"{HQ}Fresh/edit"), mac_address="00:15:65:99:99:98")
    for browser in (colleague, owner):
        assert list_row_headings(browser.get(f"{HQ}?q=00:15:65:99:99:98")) == ["Fresh"]
        assert list_row_headings(browser.get(f"{HQ}?q=00:15:65:99:99:99")) == []
    owner.submit(owner.get(f"{HQ}Fresh/delete"))
    for browser in (owner, colleague):
        assert "Fresh" not in list_row_headings(browser.get(HQ))
    assert gate.list_calls() == 1


def test_change_during_a_reading_stays_visible(world: World, gate: ListGate, owner: Browser) -> None:
    world.clock.advance(seconds=11)
    gate.holds_answers = True
    gate.released.clear()
    refreshing = world.browser(COLLEAGUE, world.another_portal(gate.wire, page_seconds=0.05))
    refreshing.get(HQ)
    wait_until(lambda: gate.held_answers > 0)  # read at the platform, and still on its way
    owner.submit(owner.get(f"{HQ}new?type=Yealink-T46G"), **NEW)
    gate.released.set()
    wait_until(lambda: "As of 09:30:11" in owner.get(HQ).words)
    assert "Fresh" in list_row_headings(owner.get(HQ))
    world.clock.advance(seconds=11)
    page = owner.get(HQ)
    assert "As of 09:30:22" in page.words
    assert "Fresh" in list_row_headings(page)


def test_change_with_unknown_outcome_has_the_list_read_again(world: World, gate: ListGate, owner: Browser) -> None:
    page = owner.get(f"{HQ}Lobby/edit")
    sent: list[str] = []

    def loses(method: str, path: str) -> bool:
        sent.extend([path] if method == "PUT" else [])
        return bool(sent)

    gate.loses = loses
    assert owner.submit(page, mac_address="00:15:65:99:99:97").status == 503
    gate.loses = lambda method, path: False
    assert list_row_headings(owner.get(f"{HQ}?q=00:15:65:99:99:97")) == ["Lobby"]
    assert gate.list_calls() == 2


def test_reboot_has_the_list_read_again(world: World, gate: ListGate, owner: Browser) -> None:
    assert "Offline" not in owner.get(f"{HQ}?q=reception").words.partition("Free ports")[2]
    owner.submit(owner.get(f"{HQ}Reception/reboot"))
    assert list_row_headings(owner.get(f"{HQ}?status=Offline&q=reception")) == ["Reception"]


def test_refused_change_leaves_the_list(world: World, gate: ListGate, owner: Browser) -> None:
    taken = {**NEW, "mac_address": "001565A12B3C"}
    assert owner.submit(owner.get(f"{HQ}new?type=Yealink-T46G"), **taken).status == 422
    assert "Fresh" not in list_row_headings(owner.get(HQ))
    assert gate.list_calls() == 1


@pytest.mark.both_databases
def test_as_of_never_goes_backwards(world: World, gate: ListGate, owner: Browser) -> None:
    workers = [world.browser(OWNER, world.another_portal(gate.wire, snapshot_seconds=0.05)) for _ in range(2)]
    seen: list[str] = []
    for number in range(6):
        world.clock.advance(seconds=4)
        if number % 2:
            world.tell_api("PUT", f"{API_HQ}Fax/", {"description": str(number)})
            owner.submit(owner.get(f"{HQ}Desk 0{number}/edit"), description=str(number))
        for worker in workers:
            times = [time.get("datetime") or "" for time in worker.get(HQ).document.iter("time")]
            seen.append(times[0])
    assert seen == sorted(seen)
    assert gate.list_calls() > 2
