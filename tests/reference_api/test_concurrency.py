"""A device is deleted, or the database fails, between two steps of one call."""

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
from app.reference_api.reboots import RebootSimulation
from tests.support.api_world import HEADQUARTERS, Api, Clock, World
from tests.support.rounds import Rounds, at_once

MISSING_KEY = 999
REBOOTS = RebootSimulation(Clock(), timedelta(seconds=20))

STEPS: dict[str, Callable[[Session], Any]] = {
    "show": lambda session: devices.get_device(session, MISSING_KEY, REBOOTS),
    "update": lambda session: devices.update_device(session, MISSING_KEY, {"description": "x"}, REBOOTS),
    "remove": lambda session: devices.delete_device(session, MISSING_KEY),
    "reboot": lambda session: devices.request_reboot(session, MISSING_KEY, REBOOTS),
    "files": lambda session: files.list_files(session, MISSING_KEY),
    "file": lambda session: files.get_file(session, MISSING_KEY, "y000000000028.cfg"),
    "content": lambda session: files.read_content(session, MISSING_KEY, "y000000000028.cfg"),
    "upload": lambda session: files.update_file(session, MISSING_KEY, "y000000000028.cfg", {"fileSource": "Default"}),
    "users": lambda session: lines.list_users(session, MISSING_KEY),
    "reorder": lambda session: lines.reorder(session, MISSING_KEY, {"connected_users": []}),
    "tags": lambda session: tags.list_tags(session, MISSING_KEY, None),
}


@pytest.mark.parametrize("step", STEPS)
def test_device_deleted_after_access_check_is_404(world: World, step: str) -> None:
    with pytest.raises(NotFound), writing(world.engine) as session:
        STEPS[step](session)


def test_device_key_is_not_reused(world: World, owner: Api) -> None:
    first = world.device("first")
    owner.delete(*HEADQUARTERS, "first")
    assert world.device("second") != first


def test_concurrent_edit_and_delete(world: World, rounds: Rounds) -> None:
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
    """Make the database fail once, after the first statement that begins with `statement`."""
    steps = [statement, ""]

    def before(_connection: object, _cursor: object, sql: str, *_more: object) -> None:
        if steps and sql.startswith(steps[0]) and not steps.pop(0):
            raise OperationalError(sql, None, Exception("disk full"))

    event.listen(world.engine, "before_cursor_execute", before)


def test_failed_reorder_is_rolled_back(world: World, owner: Api) -> None:
    world.device("desk", lines=[1, 2, 3])
    path = (*HEADQUARTERS, "desk", "connected_users")
    before = owner.get(*path).get_json()
    fail_after(world, "UPDATE api_lines")
    wanted = [user["linePort"] for user in reversed(before["connected_users"])]
    assert owner.put(*path, body={"connected_users": wanted}).status_code == 503
    assert owner.get(*path).get_json() == before


def test_failed_upload_is_rolled_back(world: World, owner: Api) -> None:
    world.device("desk")
    path = (*HEADQUARTERS, "desk", "config_files", "y000000000028.cfg")
    body = {"fileSource": "Custom", "fileContent": "AAAA"}
    owner.put(*path, body=body)
    fail_after(world, "UPDATE api_config_files")
    assert owner.put(*path, body=body | {"fileContent": "BBBB"}).status_code == 503
    assert owner.get(*path, "content").get_json() == {"fileContent": "AAAA"}
