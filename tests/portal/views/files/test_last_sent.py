"""What stands in for a content that the backend cannot show: what was sent last, as far as it can be there still."""

import pytest

from app.portal.domain.audit import Action, Result
from app.portal.domain.refs import FileRef
from tests.support.config_files import send_version
from tests.support.history import record_change
from tests.support.population import HEADQUARTERS
from tests.support.retention import list_kept_changes, prune_history
from tests.support.world import World

FILE = FileRef(HEADQUARTERS, "Fax", "x.cfg")


def send(world: World, content: bytes | None = b"password = former\n", source: str = "Custom") -> int:
    world.clock.advance(minutes=1)
    return send_version(world, FILE, content, source=source)


def last_sent(world: World, source: str = "Custom") -> int | None:
    found = world.held_by().file_versions.last_sent(FILE, source)
    return found.id if found else None


def test_the_newest_that_arrived_is_meant_if_the_file_has_its_source(world: World) -> None:
    assert last_sent(world) is None
    send(world, b"older\n")
    newest = send(world)
    send_version(world, FILE, b"on its way", None)
    assert last_sent(world) == newest
    assert last_sent(world, "Default") is None
    assert last_sent(world, "Manual") is None


def test_behind_a_return_to_the_default_no_older_content_is_meant(world: World) -> None:
    send(world)
    send(world, None, "Default")
    assert last_sent(world) is None
    assert last_sent(world, "Default") is None


@pytest.mark.parametrize("action", [Action.CREATE, Action.DELETE])
@pytest.mark.parametrize("result", [Result.APPLIED, Result.UNKNOWN, None])
def test_a_device_that_may_be_another_of_that_name_inherits_nothing(
    world: World, action: Action, result: Result | None
) -> None:
    send(world)
    record_change(world, action, result)
    assert last_sent(world) is None
    own = send(world, b"its own\n")
    assert last_sent(world) == own


@pytest.mark.parametrize("result", [Result.REFUSED, Result.NOT_APPLIED])
def test_what_came_to_nothing_or_concerns_another_device_changes_nothing(world: World, result: Result) -> None:
    sent = send(world)
    record_change(world, Action.DELETE, result)
    record_change(world, Action.CREATE, result)
    record_change(world, Action.DELETE, device="Another")
    record_change(world, Action.EDIT)
    assert last_sent(world) == sent


def test_the_entry_that_parts_two_devices_stays_as_long_as_there_are_versions_of_the_former(world: World) -> None:
    send(world)
    record_change(world, Action.DELETE)
    record_change(world, Action.DELETE, device="Another")
    world.clock.advance(days=731)
    prune_history(world)
    assert list_kept_changes(world) == ["Fax device:delete"]
    assert last_sent(world) is None
