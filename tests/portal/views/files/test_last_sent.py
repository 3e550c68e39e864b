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


def test_last_sent_is_newest_applied_of_the_source(world: World) -> None:
    assert last_sent(world) is None
    send(world, b"older\n")
    newest = send(world)
    send_version(world, FILE, b"on its way", None)
    assert last_sent(world) == newest
    assert last_sent(world, "Default") is None
    assert last_sent(world, "Manual") is None


def test_last_sent_ignores_content_before_the_template(world: World) -> None:
    send(world)
    send(world, None, "Default")
    assert last_sent(world) is None
    assert last_sent(world, "Default") is None


@pytest.mark.parametrize("action", [Action.CREATE, Action.DELETE])
@pytest.mark.parametrize("result", [Result.APPLIED, Result.UNKNOWN, None])
def test_possibly_recreated_device_inherits_nothing(world: World, action: Action, result: Result | None) -> None:
    send(world)
    record_change(world, action, result)
    assert last_sent(world) is None
    own = send(world, b"its own\n")
    assert last_sent(world) == own


@pytest.mark.parametrize("result", [Result.REFUSED, Result.NOT_APPLIED])
def test_failed_recreation_changes_no_last_sent(world: World, result: Result) -> None:
    sent = send(world)
    record_change(world, Action.DELETE, result)
    record_change(world, Action.CREATE, result)
    record_change(world, Action.DELETE, device="Another")
    record_change(world, Action.EDIT)
    assert last_sent(world) == sent


def test_entry_between_devices_stays_while_versions_do(world: World) -> None:
    send(world)
    record_change(world, Action.DELETE)
    record_change(world, Action.DELETE, device="Another")
    world.clock.advance(days=731)
    prune_history(world)
    assert list_kept_changes(world) == ["Fax device:delete"]
    assert last_sent(world) is None
