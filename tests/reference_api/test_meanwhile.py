"""What happens when a device goes, or the database fails, between two steps of one call."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import writing
from app.reference_api import devices, files, lines, tags
from app.reference_api.errors import NotFound
from app.reference_api.reboots import Reboots
from tests.support.api_world import HEADQUARTERS, Api, Clock, World
from tests.support.rounds import Rounds, at_once

GONE = 999
REBOOTS = Reboots(Clock(), timedelta(seconds=20))

STEPS: dict[str, Callable[[Session], Any]] = {
    "show": lambda session: devices.show(session, GONE, REBOOTS),
    "update": lambda session: devices.update(session, GONE, {"description": "x"}, REBOOTS),
    "remove": lambda session: devices.remove(session, GONE),
    "reboot": lambda session: devices.ask_to_reboot(session, GONE, REBOOTS),
    "files": lambda session: files.rows(session, GONE),
    "file": lambda session: files.show(session, GONE, "y000000000028.cfg"),
    "content": lambda session: files.content(session, GONE, "y000000000028.cfg"),
    "upload": lambda session: files.update(session, GONE, "y000000000028.cfg", {"fileSource": "Default"}),
    "users": lambda session: lines.show(session, GONE),
    "reorder": lambda session: lines.reorder(session, GONE, {"connected_users": []}),
    "tags": lambda session: tags.available(session, GONE, None),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_device_that_went_after_the_gate_saw_it_is_not_found(world: World, step: str) -> None:
    with pytest.raises(NotFound), writing(world.engine) as session:
        STEPS[step](session)


def test_a_key_never_comes_to_mean_a_newer_device(world: World, owner: Api) -> None:
    first = world.device("first")
    owner.delete(*HEADQUARTERS, "first")
    assert world.device("second") != first


def test_an_edit_and_a_deletion_at_once_end_without_the_device_and_without_a_failure(
    world: World, rounds: Rounds
) -> None:
    editor, remover = world.signed_in("owner"), world.signed_in("colleague")
    for turn, chance in enumerate(rounds):
        path = (*HEADQUARTERS, f"desk {turn}")
        world.device(path[-1])
        write = partial(editor.put, *path, body={"description": "x"})
        edit, deletion = at_once(chance, write, partial(remover.delete, *path))
        assert edit.status_code in {200, 404}
        assert deletion.status_code == 200
        assert editor.get(*path).status_code == 404


def fail_after(world: World, statement: str) -> None:
    """The database fails once, at what follows the first statement that begins so."""
    steps = [statement, ""]

    def before(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        if steps and sql.startswith(steps[0]) and not steps.pop(0):
            raise OperationalError(sql, None, Exception("disk full"))

    event.listen(world.engine, "before_cursor_execute", before)


def test_a_reordering_that_fails_halfway_changes_nothing(world: World, owner: Api) -> None:
    world.device("desk", lines=[1, 2, 3])
    path = (*HEADQUARTERS, "desk", "connected_users")
    before = owner.get(*path).get_json()
    fail_after(world, "UPDATE api_lines")
    wanted = [user["linePort"] for user in reversed(before["connected_users"])]
    assert owner.put(*path, body={"connected_users": wanted}).status_code == 503
    assert owner.get(*path).get_json() == before


def test_an_upload_that_fails_halfway_changes_nothing(world: World, owner: Api) -> None:
    world.device("desk")
    path = (*HEADQUARTERS, "desk", "config_files", "y000000000028.cfg")
    body = {"fileSource": "Custom", "fileContent": "AAAA"}
    owner.put(*path, body=body)
    fail_after(world, "UPDATE api_config_files")
    assert owner.put(*path, body=body | {"fileContent": "BBBB"}).status_code == 503
    assert owner.get(*path, "content").get_json() == {"fileContent": "AAAA"}
