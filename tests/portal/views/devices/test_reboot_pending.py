"""Which devices were changed in a way that their phones only get by a reboot, and had none since."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from app.portal.domain.audit import Action, Actor, Intent, Result
from app.portal.domain.refs import GroupRef
from app.portal.services.changes.executor import ChangeExecutor
from app.portal.store.audit import AuditLog, BegunChange
from tests.support import html
from tests.support.client import Browser, Page
from tests.support.devices import edit_device
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, SUPPORT, World

PLACE = GroupRef("acme", "headquarters")
ACTOR = Actor(username="me", role="Group admin", address="192.0.2.1", request_id="0A1B")
MAC = {"mac_address": "001565000009"}


@pytest.fixture
def audit_log(world: World) -> AuditLog:
    return world.held_by().audit_log


def intend(world: World, action: Action, after: Mapping[str, object] | None = None, device: str = "Fax") -> BegunChange:
    world.clock.advance(minutes=1)
    needs_reboot = action in {Action.EDIT, Action.LINES, Action.FILE}
    intent = Intent(action, PLACE, device, {}, after or {}, needs_reboot)
    return world.held_by().audit_log.begin(intent, ACTOR, world.clock.now)


def note(world: World, begun: BegunChange, result: Result = Result.APPLIED) -> None:
    world.held_by().audit_log.finish(begun, world.clock.now, result)


def change(world: World, action: Action, after: Mapping[str, object] | None = None, device: str = "Fax") -> None:
    note(world, intend(world, action, after, device))


@pytest.mark.parametrize("result", [Result.REFUSED, Result.NOT_APPLIED, Result.UNKNOWN, None])
def test_change_that_did_not_take_effect_needs_no_reboot(
    world: World, audit_log: AuditLog, result: Result | None
) -> None:
    change_id = intend(world, Action.EDIT, MAC)
    if result:
        note(world, change_id, result)
    assert audit_log.reboot_pending_since(PLACE) == {}


def test_phone_restarted_by_hand_is_marked_as_rebooted(world: World) -> None:
    owner = world.browser(OWNER)
    url = f"{HQ}Reception/reboot/mark"
    assert "Mark as rebooted" not in owner.get(f"{HQ}Reception/").words
    assert owner.post(url).status == 303  # nothing waits, so nothing is noted
    change(world, Action.LINES, device="Reception")
    assert "Reboot pending" in owner.get(f"{HQ}Reception/").words
    assert owner.submit(owner.get(f"{HQ}Reception/"), url).status == 303
    page = owner.get(f"{HQ}Reception/")
    assert "Reception marked as rebooted." in page.words
    assert "Reboot pending" not in page.words
    assert "Reboot pending since" not in owner.get(HQ).words
    assert owner.get(f"{HQ}Reception/history/").words.count("Marked as rebooted") == 2  # one is of the filter


@pytest.mark.parametrize("action", [Action.REBOOT, Action.MARK_REBOOTED, Action.DELETE, Action.CREATE])
def test_reboot_or_recreation_clears_reboot_pending(world: World, audit_log: AuditLog, action: Action) -> None:
    change(world, Action.LINES)
    change(world, action)
    assert audit_log.reboot_pending_since(PLACE) == {}
    change(world, Action.EDIT, MAC)
    assert audit_log.reboot_pending_since(PLACE) == {"Fax": world.clock.now}


@pytest.mark.parametrize("result", [Result.REFUSED, Result.NOT_APPLIED, Result.UNKNOWN])
def test_unknown_reboot_clears_nothing(world: World, audit_log: AuditLog, result: Result) -> None:
    change(world, Action.LINES)
    at = world.clock.now
    note(world, intend(world, Action.REBOOT), result)
    assert audit_log.reboot_pending_since(PLACE) == {"Fax": at}


def test_reboot_during_change_clears_nothing(world: World, audit_log: AuditLog) -> None:
    slow = intend(world, Action.LINES)
    at = world.clock.now
    change(world, Action.REBOOT)
    note(world, slow)
    assert audit_log.reboot_pending_since(PLACE) == {"Fax": at}


def test_newest_change_of_each_device_counts(world: World, audit_log: AuditLog) -> None:
    for device in ("Fax", "Lobby", "lobby"):
        change(world, Action.LINES, device=device)
    change(world, Action.FILE)
    change(world, Action.REBOOT, device="Lobby")
    now = world.clock.now
    waiting = {"Fax": now - timedelta(minutes=1), "lobby": now - timedelta(minutes=2)}
    assert audit_log.reboot_pending_since(PLACE) == waiting
    assert audit_log.reboot_pending_since(PLACE, "lobby") == {"lobby": waiting["lobby"]}
    assert audit_log.reboot_pending_since(PLACE, "Lobby") == {}
    assert audit_log.reboot_pending_since(GroupRef("acme", "warehouse")) == {}


def test_in_whatever_order_it_is_what_came_last_that_counts(world: World, audit_log: AuditLog) -> None:
    for order in permutations((Action.LINES, Action.FILE, Action.REBOOT, Action.EDIT)):
        for action in order:
            change(world, action, MAC)
        assert ("Fax" in audit_log.reboot_pending_since(PLACE)) == (order[-1] is not Action.REBOOT), order


def badges(page: Page) -> Iterator[str]:
    for element in page.document.iter():
        if "label-due" in element.get("class", ""):
            yield html.text(element)


BADGE = "Reboot pending since 2 Mar, 09:30 UTC. Reboot…"


def test_device_and_its_row_say_so_until_it_is_rebooted(world: World) -> None:
    owner = world.browser(OWNER)
    edit_device(owner, "Fax", description="only for people")
    assert [*badges(owner.get(f"{HQ}Fax/")), *badges(owner.get(HQ))] == []
    edit_device(owner, "Fax", mac_address="00:1B:D4:00:00:09")
    for url in (HQ, f"{HQ}Fax/"):
        page = owner.get(url)
        assert list(badges(page)) == [BADGE], url
        assert f"{HQ}Fax/reboot" in page.links()
    assert owner.submit(owner.get(f"{HQ}Fax/reboot")).status == 303
    assert [*badges(owner.get(f"{HQ}Fax/")), *badges(owner.get(HQ))] == []


def test_colleagues_at_other_workers_see_it_at_once(world: World) -> None:
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE, world.another_portal())
    assert list(badges(colleague.get(HQ))) == []
    edit_device(owner, "Fax", mac_address="00:1B:D4:00:00:09")
    assert list(badges(colleague.get(HQ))) == [BADGE]


def test_list_read_before_outcome_is_read_again(world: World) -> None:
    held = world.held_by()
    executor = ChangeExecutor(held.audit_log, ACTOR, held.settings.longest_write, held.now)
    owner = world.browser(OWNER)
    finish = held.audit_log.finish

    class Slow(AuditLog):
        def finish(self, *args: Any, **params: Any) -> None:
            assert list(badges(owner.get(HQ))) == []
            finish(*args, **params)

    executor._audit_log = Slow(held.engine)
    intent = Intent(Action.LINES, PLACE, "Fax", before={}, after={}, needs_reboot=True)
    executor.execute(intent, lambda: None, recheck=lambda: None, look=lambda: None)
    assert list(badges(owner.get(HQ))) == [BADGE]


def names(page: Page) -> list[str]:
    return [html.text(row) for row in page.document.iter("th") if row.get("scope") == "row"]


def waiting_link(browser: Browser, url: str) -> tuple[str, str]:
    [link] = [each for each in browser.get(url).document.iter("a") if each.get("id") == "reboot-pending"]
    return html.text(link), link.get("href", "")


@pytest.mark.both_databases
def test_list_counts_and_filters_what_waits_for_a_reboot(world: World) -> None:
    owner = world.browser(OWNER)
    assert waiting_link(owner, HQ) == ("Reboot pending 0", f"{HQ}?reboot=pending")
    for device in ("Fax", "Reception", "Desk 01"):
        change(world, Action.LINES, device=device)
        world.held_by().cache_generations.bump(PLACE)
    assert waiting_link(owner, HQ) == ("Reboot pending 3", f"{HQ}?reboot=pending")
    assert names(owner.get(f"{HQ}?reboot=pending")) == ["Desk 01", "Fax", "Reception"]
    assert names(owner.get(f"{HQ}?reboot=pending&status=Offline")) == ["Fax"]
    assert names(owner.get(f"{HQ}?reboot=pending&q=desk")) == ["Desk 01"]
    assert waiting_link(owner, f"{HQ}?q=desk&reboot=pending") == ("Reboot pending 1", f"{HQ}?q=desk")
    page = owner.get(f"{HQ}?reboot=pending&sort=-name")
    assert {link for link in page.links() if link.startswith(f"{HQ}export.csv")} == {
        f"{HQ}export.csv?reboot=pending&sort=-name"
    }
    assert owner.get(f"{HQ}export.csv?reboot=pending").text.count("\n") == 4
    empty = owner.get(f"{HQ}?reboot=pending&q=softphone")
    assert "Clear reboot filter (1)" in empty.words
    assert names(owner.get(f"{HQ}?reboot=whatever")) == []


def test_support_reboots_from_there_too(world: World) -> None:
    change(world, Action.FILE)
    assert f"{HQ}Fax/reboot" in world.browser(SUPPORT).get(HQ).links()
