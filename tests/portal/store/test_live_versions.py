"""A version that is live stays, also when the history that told so is dropped."""

import pytest

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import FileRef
from tests.portal.services.changes.test_reconciler import content, reconciler
from tests.portal.store.test_retention import kept, pruned
from tests.portal.views.test_history import PLACE, note
from tests.support.world import OWNER, World

CONTENT = b"live = 1\n"
FILE = FileRef(PLACE, "Fax", "x.cfg")


def sent(world: World, result: Result | None) -> int:
    """A version whose sending ended before it was noted at the version that it arrived."""
    versions = world.held_by().file_versions
    version_id = versions.intend(FILE, "upload", "", "Custom", CONTENT, OWNER.username, world.clock.now)
    wanted = {**content("Custom", "b"), "version": version_id}
    note(world, Action.FILE, result, before=content("Default", "a"), after=wanted)
    return version_id


def long_after(world: World) -> None:
    note(world, Action.REBOOT)
    world.clock.advance(days=731)
    pruned(world)


def shown(world: World) -> list[tuple[str, bytes | None]]:
    versions = world.held_by().file_versions
    return [(each.result, versions.content(FILE, each.id)) for each in versions.of(FILE)]


@pytest.mark.parametrize("noted", [None, Result.UNKNOWN])
def test_a_file_that_a_later_reading_found_there_is_live_from_then_on(world: World, noted: Result | None) -> None:
    sent(world, noted)
    world.clock.advance(minutes=2)
    reconciler(world).observe_file(PLACE, "Fax", "x.cfg", "Custom", "b")
    [row] = world.contents()["portal_file_versions"]
    assert row.applied


def test_a_reading_that_did_not_find_it_makes_nothing_live(world: World) -> None:
    sent(world, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    reconciler(world).observe_file(PLACE, "Fax", "x.cfg", "Default", "a")
    [row] = world.contents()["portal_file_versions"]
    assert not row.applied


def test_one_whose_process_ended_before_it_was_noted_outlives_its_history(world: World) -> None:
    sent(world, Result.APPLIED)
    long_after(world)
    assert kept(world) == []
    assert shown(world) == [("applied", CONTENT)]
    world.held_by().file_versions.intend(FILE, "upload", "", "Custom", b"next", OWNER.username, world.clock.now)
    assert ("applied", CONTENT) in shown(world)


def test_one_of_which_nobody_can_tell_any_more_keeps_its_entry(world: World) -> None:
    sent(world, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    reconciler(world).observe_file(PLACE, "Fax", "x.cfg", "Custom", "c")  # neither what was nor what was wanted
    long_after(world)
    assert kept(world) == ["Fax files:edit"]
    assert shown(world) == [("unknown", CONTENT)]
