"""The background process in this process, over a platform on a socket."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy import select

from app.database import reading
from app.jobs.runner import Runner
from app.jobs.tasks import build_tasks
from app.portal import build_portal
from app.portal.api.deadline import DeadlineAdapter
from app.portal.store.index.tables import IndexedDevice
from app.portal.store.tasks import INDEX_TASK, TaskState
from app.portal.web.context import Portal
from tests.support.faults.server import Exchange, FaultServer, message
from tests.support.world import PASSWORD, SYSTEM_ADMIN, Member, World

LIST = "/access_devices/"


@dataclass
class Background:
    """A process whose tasks run when a test says so. `calls` are paths below the prefix, with their times."""

    world: World
    server: FaultServer
    portal: Portal
    runner: Runner
    stopping: Event
    own_settings: Mapping[str, Any]
    calls: list[tuple[str, float]] = field(default_factory=list)

    def run(self) -> list[str]:
        """Run what is due, and return the paths of the calls that this took."""
        before = len(self.calls)
        self.runner.run_until_idle()
        return [path for path, _ in self.calls[before:]]

    @property
    def state(self) -> TaskState:
        [state] = [state for state in self.portal.tasks.list_states() if state.name == INDEX_TASK]
        return state

    def devices(self) -> Mapping[tuple[str, str], IndexedDevice]:
        """Return the indexed devices by group and name."""
        with reading(self.portal.engine) as db:
            rows = list(db.scalars(select(IndexedDevice)))
            db.expunge_all()
        return {(row.group_id, row.device_name): row for row in rows}

    def carry_out(self, exchange: Exchange) -> None:
        """Let the reference API answer, of single devices for those called Reception alone: they are few."""
        path = exchange.seen.path.removeprefix("/api/v1/")
        self.calls.append((path, monotonic()))
        device = path.partition("/access_devices/")[2]
        is_left_out = device and not device.startswith("Reception/")
        exchange.send(message(404, b"{}") if is_left_out else exchange.act())


@contextmanager
def background(
    world: World, server: FaultServer, member: Member = SYSTEM_ADMIN, **settings: Any
) -> Iterator[Background]:
    """Yield a process that reads as this member; `server` has the reference API of the world behind it."""
    own: dict[str, Any] = {"index_days": 30, "service_username": member.username, "service_password": PASSWORD}
    own |= {"read_timeout": 20, "list_timeout": 20, **settings}
    adapter, began = DeadlineAdapter(), monotonic()

    def tick() -> datetime:
        return world.clock() + timedelta(seconds=monotonic() - began)

    portal = build_portal(replace(world.settings, **own), adapter, server.url, now=tick, hasher=world.hasher)
    stopping = Event()
    with build_tasks(portal) as tasks:
        process = Background(world, server, portal, Runner(tasks, portal.tasks, 30, stopping), stopping, own)
        server.script("*", "", process.carry_out)
        yield process
    portal.engine.dispose()
    adapter.close()
