"""What nobody was told of is settled by the next reading that can show it, once, and never guessed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.portal.domain.audit import Action, Result
from app.portal.models.access_device import AccessDevice
from app.portal.services.changes.reconciler import Reconciler
from tests.portal.views.test_history import PLACE, note
from tests.support.config_files import FILES, TEXT, THE_FILE, name_of, put_past_the_portal
from tests.support.population import API_HQ, HQ
from tests.support.world import COLLEAGUE, OWNER, World

NEW = {"description": "new"}
OLD = {"description": ""}
LINES = {"ada": 1, "eve": 2}
SWAPPED = {"ada": 2, "eve": 1}


def order(lines: Mapping[str, int]) -> dict[str, Any]:
    return {"order": dict(lines), "people": {}}


def content(source: str, sha256: str | None) -> dict[str, Any]:
    return {"file_format": "x.cfg", "source": source, "version": 1, "sha256": sha256, "bytes": 1}


def fax(**fields: Any) -> AccessDevice:
    return AccessDevice(device_name="Fax", device_type="T", **fields)


def reconciler(world: World) -> Reconciler:
    held = world.held_by()
    return Reconciler(
        held.audit_log, held.cache_generations, held.file_versions, held.settings.longest_write, world.clock
    )


def outcomes(world: World) -> list[list[str]]:
    return [found for _, found in world.changes()]


def see(world: World, reading: str, *seen: Any) -> list[list[str]]:
    getattr(reconciler(world), f"observe_{reading}")(PLACE, "Fax", *seen)
    return outcomes(world)


READINGS = [
    (Action.EDIT, OLD, NEW, ("device", fax(**NEW)), "applied"),
    (Action.EDIT, OLD, NEW, ("device", fax(**OLD)), "not applied"),
    (Action.EDIT, OLD, NEW, ("device", fax(description="other")), "unknown"),
    (Action.EDIT, OLD, {**NEW, "password": "•••"}, ("device", fax(**NEW)), "applied"),
    (Action.EDIT, {}, {"password": "•••"}, ("device", fax(**NEW)), None),
    (Action.EDIT, OLD, NEW, ("missing_device", lambda: True), None),
    (Action.EDIT, OLD, NEW, ("lines", LINES), None),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("device", fax(**NEW)), "applied"),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "U"}, ("device", fax(**NEW)), "unknown"),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("missing_device", lambda: True), "not applied"),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("missing_device", lambda: True), "applied"),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("missing_device", lambda: False), None),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("missing_device", lambda: False), None),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("device", fax()), "not applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", SWAPPED), "applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", LINES), "not applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", {"ada": 1}), "unknown"),
    (Action.LINES, order(LINES), order(SWAPPED), ("device", fax()), None),
    (Action.FILE, content("Default", "a"), content("Custom", "b"), ("file", "x.cfg", "Custom", "b"), "applied"),
    (Action.FILE, content("Default", "a"), content("Custom", "b"), ("file", "x.cfg", "Default", "a"), "not applied"),
    (Action.FILE, content("Default", "a"), content("Custom", "b"), ("file", "x.cfg", "Custom", "c"), "unknown"),
    (Action.FILE, content("Default", "a"), content("Custom", "b"), ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, content("Default", "a"), content("Custom", "b"), ("file", "x.cfg", "Default", None), "not applied"),
    (Action.FILE, content("Custom", "a"), content("Default", None), ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, content("Custom", "a"), content("Default", None), ("file", "x.cfg", "Default", None), "applied"),
    (Action.FILE, content("Custom", "a"), content("Custom", "b"), ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, content("Custom", "a"), content("Custom", "b"), ("file", "x.cfg", "Default", None), None),
    (Action.FILE, content("Custom", "a"), content("Custom", "b"), ("file", "x.cfg", "Custom", "a"), "not applied"),
    (Action.FILE, content("Custom", "a"), content("Default", None), ("file", "x.cfg", "Default", "z"), "applied"),
    (Action.FILE, content("Custom", "a"), content("Custom", "b"), ("file", "y.cfg", "Custom", "b"), None),
    (Action.REBOOT, {"status": "Online"}, {}, ("device", fax()), None),
]


@pytest.mark.parametrize("noted", [None, Result.UNKNOWN], ids=["stopped", "lost"])
@pytest.mark.parametrize(("action", "before", "after", "reading", "result"), READINGS)
def test_a_reading_settles_what_it_can_show_and_leaves_the_rest(
    world: World, action: Action, before: Any, after: Any, reading: Any, result: str | None, noted: Result | None
) -> None:
    note(world, action, noted, before=before, after=after)
    world.clock.advance(minutes=2)
    first = [noted] if noted else []
    settled = [[*first, result]] if result else [first]
    assert see(world, *reading) == settled
    assert see(world, *reading) == settled  # and nothing is ever added


@pytest.mark.parametrize(("noted", "then"), [(None, []), (Result.UNKNOWN, ["unknown"])])
def test_what_may_still_be_under_way_is_not_called_off(world: World, noted: Result | None, then: list[str]) -> None:
    note(world, Action.EDIT, noted, before=OLD, after=NEW)
    assert see(world, "device", fax(**OLD)) == [then]


def test_a_process_that_may_still_be_at_it_keeps_the_word(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    assert see(world, "device", fax(**NEW)) == [[]]
    note(world, Action.EDIT, Result.UNKNOWN, before=OLD, after={"serial_number": "1"})
    assert see(world, "device", fax(serial_number="1"))[1] == ["unknown", "applied"]


def test_what_is_known_is_left_alone(world: World) -> None:
    for result in (Result.APPLIED, Result.REFUSED, Result.NOT_APPLIED):
        note(world, Action.EDIT, result, before=OLD, after=NEW)
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(description="other")) == [["applied"], ["refused"], ["not applied"]]


@pytest.mark.parametrize(
    ("later", "result"),
    [
        ((Action.EDIT, Result.APPLIED, {"description": "newer"}), ["unknown"]),
        ((Action.EDIT, Result.APPLIED, {"serial_number": "1"}), ["applied"]),
        ((Action.EDIT, Result.REFUSED, {"description": "newer"}), ["applied"]),
        ((Action.LINES, Result.APPLIED, {}), ["applied"]),
        ((Action.DELETE, Result.APPLIED, {}), ["unknown"]),
        ((Action.REBOOT, Result.APPLIED, {}), ["applied"]),
    ],
)
def test_a_later_change_of_the_same_thing_makes_a_reading_meaningless(
    world: World, later: tuple[Action, Result, dict[str, str]], result: list[str]
) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    note(world, later[0], later[1], after=later[2])
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(**NEW))[0] == result


def test_a_later_change_of_another_file_leaves_the_reading_its_meaning(world: World) -> None:
    note(world, Action.FILE, None, before=content("Custom", "a"), after=content("Custom", "b"))
    note(world, Action.FILE, Result.APPLIED, after=content("Custom", "c") | {"file_format": "y.cfg"})
    world.clock.advance(minutes=2)
    assert see(world, "file", "x.cfg", "Custom", "b")[0] == ["applied"]


def test_of_two_that_are_open_the_later_is_settled_first_and_decides_on_the_earlier(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    note(world, Action.EDIT, None, before=NEW, after={"description": "newer"})
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(description="newer")) == [["unknown"], ["applied"]]
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    note(world, Action.EDIT, None, before=NEW, after={"description": "newest"})
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(**NEW))[2:] == [["applied"], ["not applied"]]


def test_two_readers_at_once_note_it_once(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    world.clock.advance(minutes=2)
    both = [reconciler(world) for _ in range(4)]
    for each in both:
        each._open_at(PLACE, "Fax")  # all of them know that it is open
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.observe_device(PLACE, "Fax", fax(**NEW)), both))
    assert outcomes(world) == [["applied"]]


def test_what_a_page_reads_settles_it_before_it_is_shown(world: World) -> None:
    world.tell_api("PUT", f"{API_HQ}Fax/", {"stunServerNetAddress": "stun.acme.example"})
    after = {"stun_server_net_address": "stun.acme.example"}
    note(world, Action.EDIT, None, before={"stun_server_net_address": ""}, after=after, needs_reboot=True)
    world.clock.advance(minutes=2)
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE, world.another_portal())
    assert "not rebooted" not in colleague.get(HQ).words
    page = owner.get(f"{HQ}Fax/history/")
    assert "A later reading showed that it was done. Done" in page.words
    assert "not rebooted since" in page.words
    assert "not rebooted since" in colleague.get(HQ).words  # another worker's list, read anew
    assert outcomes(world) == [["applied"]]


def test_a_device_that_is_gone_settles_its_delete(world: World) -> None:
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    note(world, Action.DELETE, None, device="Desk 02", before={"device_name": "Desk 02"})
    world.clock.advance(minutes=2)
    assert "A later reading showed that it was done." in world.browser(OWNER).get(f"{HQ}Desk 02/history/").words


def test_the_board_of_lines_settles_an_order(world: World) -> None:
    now = {"ada@acme.example": 1, "grace@acme.example": 2}
    swapped = {"ada@acme.example": 2, "grace@acme.example": 1}
    note(world, Action.LINES, None, device="Reception", before=order(now), after=order(swapped))
    world.clock.advance(minutes=2)
    assert world.browser(OWNER).get(f"{HQ}Reception/lines/").status == 200
    assert outcomes(world) == [["not applied"]]


def test_where_nothing_is_open_a_page_asks_once_and_writes_nothing(world: World) -> None:
    note(world, Action.EDIT, Result.APPLIED, before=OLD, after=NEW)
    owner = world.browser(OWNER)
    owner.get(f"{HQ}Fax/")
    statements: list[str] = []
    event.listen(world.held_by().engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    owner.get(f"{HQ}Fax/")
    assert len([each for each in statements if "portal_outcomes" in each]) == 2  # what is open, what waits for a reboot
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_reader_does_not_suffer_where_it_cannot_be_noted(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    world.clock.advance(minutes=2)
    owner = world.browser(OWNER)

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT"):
            raise OperationalError(statement, None, OSError("database is locked"))

    event.listen(world.held_by().engine, "before_cursor_execute", fail)
    assert owner.get(f"{HQ}Fax/").status == 200
    event.remove(world.held_by().engine, "before_cursor_execute", fail)
    assert owner.get(f"{HQ}Fax/").status == 200
    assert outcomes(world) == [["not applied"]]


@pytest.mark.parametrize("page", ["", "download", "change", "versions/"])
def test_whatever_reads_a_file_settles_what_was_left_open_of_it(world: World, page: str) -> None:
    before, after = content("Default", "a"), content("Custom", name_of(TEXT))
    name = {"file_format": THE_FILE.file_format, "version": None}
    note(world, Action.FILE, None, device=THE_FILE.device_name, before=before | name, after=after | name)
    put_past_the_portal(world, TEXT)
    world.clock.advance(minutes=2)
    assert world.browser(OWNER).get(f"{FILES}{page}").status == 200
    assert outcomes(world) == [["applied"]]


def test_an_earlier_one_waits_for_a_later_one_that_is_open_itself(world: World) -> None:
    for sha256 in ("b", "c"):
        note(world, Action.FILE, Result.UNKNOWN, before=content("Default", "a"), after=content("Custom", sha256))
    world.clock.advance(seconds=-30)  # the later one may still be under way
    assert see(world, "file", "x.cfg", "Default", "a") == [["unknown"], ["unknown"]]


def test_one_that_lies_too_far_back_is_left_to_people(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    for _ in range(100):
        note(world, Action.REBOOT)
    assert see(world, "device", fax(**NEW))[0] == []


def test_what_is_no_write_does_not_keep_one_open(world: World) -> None:
    note(world, Action.EDIT, None, before=OLD, after=NEW)
    for _ in range(100):
        note(world, Action.REFUSAL, Result.REFUSED)
    assert see(world, "device", fax(**NEW))[0] == ["applied"]


def test_who_comes_second_is_told_nothing_of_it(world: World) -> None:
    change_id = note(world, Action.EDIT, None, before=OLD, after=NEW)
    for result in (Result.APPLIED, Result.NOT_APPLIED):
        world.held_by().audit_log.reconcile(change_id, result, "", world.clock.now)
    assert outcomes(world) == [["applied"]]
