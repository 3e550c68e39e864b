"""A version that is live stays, also when the history that told so is dropped."""

import pytest

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import FileRef
from tests.support.changes import make_reconciler
from tests.support.config_files import name_of, send_version
from tests.support.history import record_change
from tests.support.population import HEADQUARTERS
from tests.support.retention import list_kept_changes, prune_history
from tests.support.world import World

CONTENT = b"live = 1\n"
FILE = FileRef(HEADQUARTERS, "Fax", "x.cfg")


def list_results(world: World) -> list[Result]:
    return [version.result for version in world.held_by().file_versions.list_versions(FILE)]


def long_after(world: World) -> None:
    record_change(world, Action.REBOOT)
    world.clock.advance(days=731)
    prune_history(world)


def shown(world: World) -> list[tuple[str, bytes | None]]:
    versions = world.held_by().file_versions
    return [(each.result, versions.content(FILE, each.id)) for each in versions.list_versions(FILE)]


@pytest.mark.parametrize("noted", [None, Result.UNKNOWN])
def test_version_seen_later_is_live(world: World, noted: Result | None) -> None:
    send_version(world, FILE, CONTENT, noted)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(HEADQUARTERS, "Fax", "x.cfg", "Custom", name_of(CONTENT))
    assert list_results(world) == [Result.APPLIED]


def test_reading_that_did_not_find_it_makes_nothing_live(world: World) -> None:
    send_version(world, FILE, CONTENT, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(HEADQUARTERS, "Fax", "x.cfg", "Default", "a")
    assert list_results(world) == []


@pytest.mark.both_databases
def test_one_that_arrived_outlives_its_entry(world: World) -> None:
    send_version(world, FILE, CONTENT)
    long_after(world)
    assert list_kept_changes(world) == []
    assert shown(world) == [("applied", CONTENT)]
    send_version(world, FILE, b"next", None)
    assert ("applied", CONTENT) in shown(world)


def test_undecidable_version_keeps_its_entry(world: World) -> None:
    send_version(world, FILE, CONTENT, Result.UNKNOWN)
    world.clock.advance(minutes=2)
    make_reconciler(world).observe_file(
        HEADQUARTERS, "Fax", "x.cfg", "Custom", "c"
    )  # neither what was nor what was wanted
    long_after(world)
    assert list_kept_changes(world) == ["Fax files:edit"]
    assert shown(world) == [("unknown", CONTENT)]
