"""A version that is live stays, also when the history that told so is dropped."""

import pytest

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import FileRef
from tests.support.changes import describe_file, make_reconciler
from tests.support.history import record_change
from tests.support.population import HEADQUARTERS
from tests.support.retention import list_kept_changes, prune_history
from tests.support.world import OWNER, World

CONTENT = b"live = 1\n"
FILE = FileRef(HEADQUARTERS, "Fax", "x.cfg")


def sent(world: World, result: Result | None) -> int:
    """A version whose sending ended before it was noted at the version that it arrived."""
    versions = world.held_by().file_versions
    version_id = versions.intend(FILE, "upload", "", "Custom", CONTENT, OWNER.username, world.clock.now)
    wanted = {**describe_file("Custom", "b"), "version": version_id}
    record_change(world, Action.FILE, result, before=describe_file("Default", "a"), after=wanted)
    return version_id


def long_after(world: World) -> None:
    record_change(world, Action.REBOOT)
    world.clock.advance(days=731)
    prune_history(world)


def shown(world: World) -> list[tuple[str, bytes | None]]:
    versions = world.held_by().file_versions
    return [(each.result, versions.content(FILE, each.id)) for each in versions.of(FILE)]


@pytest.mark.parametrize("noted", [None, Result.UNKNOWN])
def test_a_file_that_a_later_reading_found_there_is_live_from_then_on(world: World, noted: Result | None) -> None:
    sent(world, noted)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(HEADQUARTERS, "Fax", "x.cfg", "Custom", "b")
    [row] = world.contents()["portal_file_versions"]
    assert row.applied


def test_a_reading_that_did_not_find_it_makes_nothing_live(world: World) -> None:
    sent(world, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(HEADQUARTERS, "Fax", "x.cfg", "Default", "a")
    [row] = world.contents()["portal_file_versions"]
    assert not row.applied


def test_one_whose_process_ended_before_it_was_noted_outlives_its_history(world: World) -> None:
    sent(world, Result.APPLIED)
    long_after(world)
    assert list_kept_changes(world) == []
    assert shown(world) == [("applied", CONTENT)]
    world.held_by().file_versions.intend(FILE, "upload", "", "Custom", b"next", OWNER.username, world.clock.now)
    assert ("applied", CONTENT) in shown(world)


def test_one_of_which_nobody_can_tell_any_more_keeps_its_entry(world: World) -> None:
    sent(world, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(
        HEADQUARTERS, "Fax", "x.cfg", "Custom", "c"
    )  # neither what was nor what was wanted
    long_after(world)
    assert list_kept_changes(world) == ["Fax files:edit"]
    assert shown(world) == [("unknown", CONTENT)]
