"""A worker under gevent that writes for several people at once, and reports each switch of greenlets within a write
transaction of SQLite. A program of its own, started by `python -m gevent.monkey`.
"""

import sys
import traceback
from pathlib import Path
from typing import Any

import gevent
import greenlet
from flask import Flask
from gevent.pool import Group
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from sqlalchemy import Engine, event, text

from app.database import writing
from tests.support.config_files import apply, upload
from tests.support.devices import NEW_T46, create_device, edit_device
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SYSTEM_ADMIN, TENANT_ADMIN, Member, World, settings_in


class SwitchTrace:
    """`writes` counts write transactions, `switches` all switches; `wrong` are stacks of those within a write."""

    def __init__(self) -> None:
        self.writes = self.switches = 0
        self.wrong: list[str] = []
        self._writing: dict[greenlet.greenlet, Any] = {}  # the driver's connection of each greenlet's last write

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "begin", self._note_begin)

    def __call__(self, _kind: str, between: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
        origin, _ = between
        self.switches += 1
        connection = self._writing.get(origin)
        if connection is not None and connection.in_transaction:
            self.wrong.append("".join(traceback.format_stack(origin.gr_frame)))

    def _note_begin(self, connection: Any) -> None:
        is_write = connection.get_execution_options().get("writes", False)
        self.writes += is_write
        self._writing[greenlet.getcurrent()] = connection.connection.driver_connection if is_write else None


class Yielding(HTTPAdapter):
    """Lets others run during each call, as a network does."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        gevent.sleep()
        response = self._behind.send(request)
        gevent.sleep()
        return response


def work(world: World, app: Flask, member: Member, number: int) -> None:
    """Every kind of write, as one person."""
    browser = world.nobody(app, address=f"192.0.2.{number}")
    assert browser.sign_in(member.username, "wrong").status == 401
    assert browser.sign_in(member.username, PASSWORD).status == 303
    name, board = f"Fresh {number}", f"{HQ}Reception/lines/"
    assert create_device(browser, **NEW_T46 | {"device_name": name, "mac_address": f"0080F0AB{number:04X}"}).location
    edit_device(browser, name, description=f"of {number}")
    browser.submit(browser.get(board), f"{board}order", do="save")
    browser.submit(browser.get(f"{HQ}{name}/reboot"))
    apply(browser, upload(browser, b"a = %d\n" % number))
    browser.submit(browser.get(f"{HQ}{name}/delete"))
    browser.post("/logout")


def main(folder: Path, templates: Path) -> None:
    world = World(settings_in(folder), templates)
    app, trace = world.another_portal(Yielding), SwitchTrace()
    for engine in (world.held_by(app).engine, world.api_engine):
        trace.watch(engine)
    greenlet.settrace(trace)
    people = Group()
    for number, member in enumerate([OWNER, COLLEAGUE, TENANT_ADMIN, SYSTEM_ADMIN]):
        people.spawn(work, world, app, member, number)
    people.join(raise_error=True)
    writes, switches, wrong = trace.writes, trace.switches, list(trace.wrong)
    with writing(world.held_by(app).engine) as db:
        db.execute(text("SELECT 1"))
        gevent.sleep()
    assert len(trace.wrong) == len(wrong) + 1, "the trace misses a switch"
    print(writes, switches, *wrong[:1])  # noqa: T201 - this is what the test reads


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
