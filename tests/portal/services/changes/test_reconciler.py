"""What nobody was told of is settled by the next reading that can show it, once, and never guessed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.portal.domain.audit import Action, Reason, Result
from app.portal.models.access_device import AccessDevice
from tests.support.changes import NEW_FIELDS, OLD_FIELDS, describe_file, make_reconciler, outcomes
from tests.support.config_files import FILES, TEXT, THE_FILE, name_of, put_past_the_portal
from tests.support.history import record_change
from tests.support.population import API_HQ, HEADQUARTERS, HQ
from tests.support.world import COLLEAGUE, OWNER, World

LINES = {"ada": 1, "eve": 2}
SWAPPED = {"ada": 2, "eve": 1}


def order(lines: Mapping[str, int]) -> dict[str, Any]:
    return {"order": dict(lines), "people": {}}


def fax(**fields: Any) -> AccessDevice:
    return AccessDevice(device_name="Fax", device_type="T", **fields)


def see(world: World, reading: str, *seen: Any) -> list[list[str]]:
    getattr(make_reconciler(world), f"observe_{reading}")(HEADQUARTERS, "Fax", *seen)
    return outcomes(world)


# Files as the audit log keeps them: source and checksum.
DEFAULT, DEFAULT_A = describe_file("Default", None), describe_file("Default", "a")
CUSTOM_A, CUSTOM_B = describe_file("Custom", "a"), describe_file("Custom", "b")
READINGS = [
    (Action.EDIT, OLD_FIELDS, NEW_FIELDS, ("device", fax(**NEW_FIELDS)), "applied"),
    (Action.EDIT, OLD_FIELDS, NEW_FIELDS, ("device", fax(**OLD_FIELDS)), "not applied"),
    (Action.EDIT, OLD_FIELDS, NEW_FIELDS, ("device", fax(description="other")), "unknown"),
    (Action.EDIT, OLD_FIELDS, {**NEW_FIELDS, "password": "•••"}, ("device", fax(**NEW_FIELDS)), "applied"),
    (Action.EDIT, {}, {"password": "•••"}, ("device", fax(**NEW_FIELDS)), None),
    (Action.EDIT, OLD_FIELDS, NEW_FIELDS, ("missing_device", lambda: True), None),
    (Action.EDIT, OLD_FIELDS, NEW_FIELDS, ("lines", LINES), None),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("device", fax(**NEW_FIELDS)), "applied"),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "U"}, ("device", fax(**NEW_FIELDS)), "unknown"),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("missing_device", lambda: True), "not applied"),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("missing_device", lambda: True), "applied"),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("missing_device", lambda: False), None),
    (Action.CREATE, {}, {"device_name": "Fax", "device_type": "T"}, ("missing_device", lambda: False), None),
    (Action.DELETE, {"device_name": "Fax"}, {}, ("device", fax()), "not applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", SWAPPED), "applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", LINES), "not applied"),
    (Action.LINES, order(LINES), order(SWAPPED), ("lines", {"ada": 1}), "unknown"),
    (Action.LINES, order(LINES), order(SWAPPED), ("device", fax()), None),
    (Action.FILE, DEFAULT_A, CUSTOM_B, ("file", "x.cfg", "Custom", "b"), "applied"),
    (Action.FILE, DEFAULT_A, CUSTOM_B, ("file", "x.cfg", "Default", "a"), "not applied"),
    (Action.FILE, DEFAULT_A, CUSTOM_B, ("file", "x.cfg", "Custom", "c"), "unknown"),
    (Action.FILE, DEFAULT_A, CUSTOM_B, ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, DEFAULT_A, CUSTOM_B, ("file", "x.cfg", "Default", None), "not applied"),
    (Action.FILE, CUSTOM_A, DEFAULT, ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, CUSTOM_A, DEFAULT, ("file", "x.cfg", "Default", None), "applied"),
    (Action.FILE, CUSTOM_A, CUSTOM_B, ("file", "x.cfg", "Custom", None), None),
    (Action.FILE, CUSTOM_A, CUSTOM_B, ("file", "x.cfg", "Default", None), None),
    (Action.FILE, CUSTOM_A, CUSTOM_B, ("file", "x.cfg", "Custom", "a"), "not applied"),
    (Action.FILE, CUSTOM_A, DEFAULT, ("file", "x.cfg", "Default", "z"), "applied"),
    (Action.FILE, CUSTOM_A, CUSTOM_B, ("file", "y.cfg", "Custom", "b"), None),
    (Action.REBOOT, {"status": "Online"}, {}, ("device", fax()), None),
]


@pytest.mark.parametrize("noted", [None, Result.UNKNOWN], ids=["stopped", "lost"])
@pytest.mark.parametrize(("action", "before", "after", "reading", "result"), READINGS)
def test_reading_reconciles_what_it_can_show(
    world: World, action: Action, before: Any, after: Any, reading: Any, result: str | None, noted: Result | None
) -> None:
    record_change(world, action, noted, before=before, after=after)
    world.clock.advance(minutes=2)
    first = [noted] if noted else []
    settled = [[*first, result]] if result else [first]
    assert see(world, *reading) == settled
    assert see(world, *reading) == settled  # and nothing is ever added


@pytest.mark.parametrize(("noted", "then"), [(None, []), (Result.UNKNOWN, ["unknown"])])
def test_what_may_still_be_under_way_is_not_called_off(world: World, noted: Result | None, then: list[str]) -> None:
    record_change(world, Action.EDIT, noted, before=OLD_FIELDS, after=NEW_FIELDS)
    assert see(world, "device", fax(**OLD_FIELDS)) == [then]


def test_process_that_may_still_be_at_it_keeps_the_word(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    assert see(world, "device", fax(**NEW_FIELDS)) == [[]]
    record_change(world, Action.EDIT, Result.UNKNOWN, before=OLD_FIELDS, after={"serial_number": "1"})
    assert see(world, "device", fax(serial_number="1"))[1] == ["unknown", "applied"]


def test_what_is_known_is_left_alone(world: World) -> None:
    for result in (Result.APPLIED, Result.REFUSED, Result.NOT_APPLIED):
        record_change(world, Action.EDIT, result, before=OLD_FIELDS, after=NEW_FIELDS)
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
def test_later_change_makes_reading_inconclusive(
    world: World, later: tuple[Action, Result, dict[str, str]], result: list[str]
) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    record_change(world, later[0], later[1], after=later[2])
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(**NEW_FIELDS))[0] == result


def test_change_of_another_file_does_not_matter(world: World) -> None:
    record_change(world, Action.FILE, None, before=describe_file("Custom", "a"), after=describe_file("Custom", "b"))
    record_change(world, Action.FILE, Result.APPLIED, after=describe_file("Custom", "c") | {"file_format": "y.cfg"})
    world.clock.advance(minutes=2)
    assert see(world, "file", "x.cfg", "Custom", "b")[0] == ["applied"]


def test_newer_open_change_is_reconciled_first(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    record_change(world, Action.EDIT, None, before=NEW_FIELDS, after={"description": "newer"})
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(description="newer")) == [["unknown"], ["applied"]]
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    record_change(world, Action.EDIT, None, before=NEW_FIELDS, after={"description": "newest"})
    world.clock.advance(minutes=2)
    assert see(world, "device", fax(**NEW_FIELDS))[2:] == [["applied"], ["not applied"]]


@pytest.mark.both_databases
def test_two_readers_at_once_note_it_once(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    world.clock.advance(minutes=2)
    both = [make_reconciler(world) for _ in range(4)]
    for each in both:
        each._list_open(HEADQUARTERS, "Fax")  # all of them know that it is open
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.observe_device(HEADQUARTERS, "Fax", fax(**NEW_FIELDS)), both))
    assert outcomes(world) == [["applied"]]


@pytest.mark.both_databases
def test_what_a_page_reads_settles_it_before_it_is_shown(world: World) -> None:
    world.tell_api("PUT", f"{API_HQ}Fax/", {"stunServerNetAddress": "stun.acme.example"})
    after = {"stun_server_net_address": "stun.acme.example"}
    record_change(world, Action.EDIT, None, before={"stun_server_net_address": ""}, after=after, needs_reboot=True)
    world.clock.advance(minutes=2)
    owner, colleague = world.browser(OWNER), world.browser(COLLEAGUE, world.another_portal())
    assert "Reboot pending since" not in colleague.get(HQ).words
    page = owner.get(f"{HQ}Fax/history/")
    assert "A later check showed that it was made. Done" in page.words
    assert "Reboot pending since" in page.words
    assert "Reboot pending since" in colleague.get(HQ).words  # another worker's list, read anew
    assert outcomes(world) == [["applied"]]


def test_device_that_is_gone_settles_its_delete(world: World) -> None:
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    record_change(world, Action.DELETE, None, device="Desk 02", before={"device_name": "Desk 02"})
    world.clock.advance(minutes=2)
    assert "A later check showed that it was made." in world.browser(OWNER).get(f"{HQ}Desk 02/history/").words


def test_board_of_lines_settles_an_order(world: World) -> None:
    now = {"ada@acme.example": 1, "grace@acme.example": 2}
    swapped = {"ada@acme.example": 2, "grace@acme.example": 1}
    record_change(world, Action.LINES, None, device="Reception", before=order(now), after=order(swapped))
    world.clock.advance(minutes=2)
    assert world.browser(OWNER).get(f"{HQ}Reception/lines/").status == 200
    assert outcomes(world) == [["not applied"]]


def test_page_without_open_changes_writes_nothing(world: World) -> None:
    record_change(world, Action.EDIT, Result.APPLIED, before=OLD_FIELDS, after=NEW_FIELDS)
    owner = world.browser(OWNER)
    owner.get(f"{HQ}Fax/")
    statements: list[str] = []
    event.listen(world.held_by().engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    owner.get(f"{HQ}Fax/")
    # What is open, what waits for a reboot, and the recent changes.
    assert len([statement for statement in statements if "portal_outcomes" in statement]) == 3
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_reader_does_not_suffer_where_it_cannot_be_recorded(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
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
def test_every_file_page_reconciles_open_changes(world: World, page: str) -> None:
    before, after = describe_file("Default", "a"), describe_file("Custom", name_of(TEXT))
    name = {"file_format": THE_FILE.file_format, "version": None}
    record_change(world, Action.FILE, None, device=THE_FILE.device_name, before=before | name, after=after | name)
    put_past_the_portal(world, TEXT)
    world.clock.advance(minutes=2)
    assert world.browser(OWNER).get(f"{FILES}{page}").status == 200
    assert outcomes(world) == [["applied"]]


def test_older_open_change_waits_for_newer_one(world: World) -> None:
    for sha256 in ("b", "c"):
        record_change(
            world,
            Action.FILE,
            Result.UNKNOWN,
            before=describe_file("Default", "a"),
            after=describe_file("Custom", sha256),
        )
    world.clock.advance(seconds=-30)  # the later one may still be under way
    assert see(world, "file", "x.cfg", "Default", "a") == [["unknown"], ["unknown"]]


def test_one_that_lies_too_far_back_is_left_to_people(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    for _ in range(100):
        record_change(world, Action.REBOOT)
    assert see(world, "device", fax(**NEW_FIELDS))[0] == []


def test_what_is_no_write_does_not_keep_one_open(world: World) -> None:
    record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    for _ in range(100):
        record_change(world, Action.REFUSAL, Result.REFUSED)
    assert see(world, "device", fax(**NEW_FIELDS))[0] == ["applied"]


def test_who_comes_second_is_told_nothing_of_it(world: World) -> None:
    change_id = record_change(world, Action.EDIT, None, before=OLD_FIELDS, after=NEW_FIELDS)
    for result, reason in ((Result.APPLIED, Reason.SEEN_DONE), (Result.NOT_APPLIED, Reason.SEEN_UNDONE)):
        world.held_by().audit_log.reconcile(change_id, HEADQUARTERS, world.clock.now, result, reason)
    assert outcomes(world) == [["applied"]]


@pytest.mark.parametrize(
    ("hours", "changed_since", "expected"),
    [(0, False, "applied"), (23, False, "applied"), (24, False, "not applied"), (0, True, "not applied")],
)
def test_write_that_arrives_late_is_corrected(world: World, hours: int, changed_since: bool, expected: str) -> None:
    record_change(world, Action.EDIT, Result.UNKNOWN, before=OLD_FIELDS, after=NEW_FIELDS)
    world.clock.advance(minutes=5)
    assert see(world, "device", fax(**OLD_FIELDS))[0][-1] == "not applied"
    world.clock.advance(hours=hours, minutes=-5)
    if changed_since:  # by a change that has the same effect
        record_change(world, Action.EDIT, Result.APPLIED, before=OLD_FIELDS, after=NEW_FIELDS)
    for _ in range(2):
        assert see(world, "device", fax(**NEW_FIELDS))[0][-1] == expected
    assert see(world, "device", fax(**NEW_FIELDS))[0].count("applied") == (expected == "applied")


def test_two_readers_correct_a_late_write_once(world: World) -> None:
    change_id = record_change(world, Action.EDIT, Result.NOT_APPLIED, before=OLD_FIELDS, after=NEW_FIELDS)
    for _ in range(2):
        world.held_by().audit_log.correct(change_id, HEADQUARTERS, "Fax", world.clock.now)
    assert outcomes(world) == [["not applied", "applied"]]
