"""Workers of jobs killed with -9 and frozen past their leases, judged by the ledger of the backend."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from app.database import reading
from app.portal.domain.jobs import UNFINISHED, ItemState, JobState
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.faults.server import Exchange, FaultServer
from tests.support.jobs import add_job, draft_of, session_of
from tests.support.rounds import Rounds
from tests.support.world import OWNER, World

pytestmark = pytest.mark.both_databases

DEVICES = ("Reception", "Fax", "Desk 01", "Desk 02")
LEASE = 0.4  # seconds
PATIENCE = 150  # seconds


class Workers:
    """Worker processes over one ledger; each that is killed is followed by another."""

    def __init__(self, world: World, backend: FaultServer) -> None:
        command = [sys.executable, "-m", "tests.support.job_worker", str(Path.cwd())]
        command += [world.settings.database_url, backend.url, str(LEASE)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        self._starter: subprocess.Popen[str] = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        self._pids = [self._start() for _ in range(2)]

    def _start(self) -> int:
        assert self._starter.stdin
        assert self._starter.stdout
        self._starter.stdin.write("start\n")
        return int(self._starter.stdout.readline())

    def strike(self, chance: Random) -> None:
        """Kill one of them, or let it stand still for longer than its lease."""
        number = chance.randrange(len(self._pids))
        if chance.random() < 0.6:
            os.kill(self._pids[number], signal.SIGKILL)
            self._pids[number] = self._start()
        else:
            os.kill(self._pids[number], signal.SIGSTOP)
            sleep(LEASE * chance.uniform(1.2, 2.5))
            os.kill(self._pids[number], signal.SIGCONT)

    def stop(self) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        self._starter.kill()
        self._starter.communicate()


@contextmanager
def workers_over(world: World, backend: FaultServer) -> Iterator[Workers]:
    workers = Workers(world, backend)
    try:
        yield workers
    finally:
        workers.stop()


def items_of(world: World, job_id: int) -> dict[int, tuple[str, str]]:
    with reading(world.held_by().engine) as db:
        rows = db.scalars(select(JobItem).where(JobItem.job_id == job_id))
        return {row.number: (row.device_name, row.state) for row in rows}


def state_of(world: World, job_id: int) -> str:
    with reading(world.held_by().engine) as db:
        return db.scalars(select(Job.state).where(Job.id == job_id)).one()


def strike_until_done(world: World, backend: FaultServer, job_id: int, rounds: Rounds) -> None:
    """Kill and freeze the workers of a job at random moments, while the backend takes its time."""
    chance = next(iter(rounds))

    def act_slowly(exchange: Exchange) -> None:
        exchange.wait(chance.uniform(0, 0.1))
        answer = exchange.act()
        exchange.wait(chance.uniform(0, 0.1))
        exchange.send(answer)

    backend.script("PUT", "/reboot_phone/", act_slowly)
    backend.script("POST", "/access_devices/", act_slowly)
    with workers_over(world, backend) as workers:
        until = monotonic() + PATIENCE + rounds.count
        while state_of(world, job_id) != JobState.DONE and monotonic() < until:
            sleep(chance.uniform(0, 0.5))
            workers.strike(chance)


def test_killed_and_frozen_workers_lose_nothing_and_send_nothing_twice(world: World, rounds: Rounds) -> None:
    world.browser(OWNER)
    names = [DEVICES[number % len(DEVICES)] for number in range(rounds.count)]
    job_id = add_job(world, *names, **session_of(world, OWNER.username), pace=100_000)
    with FaultServer(world.api) as backend:
        strike_until_done(world, backend, job_id, rounds)
        sent = Counter(seen.path for seen in backend.requests if seen.method == "PUT")
    items = items_of(world, job_id)
    assert not [item for item in items.values() if item[1] in UNFINISHED]
    outcomes = Counter(items.values())
    for name in DEVICES:
        times = sum(count for path, count in sent.items() if f"/{name.replace(' ', '%20')}/" in path)
        done, unknown = outcomes[(name, ItemState.DONE)], outcomes[(name, ItemState.UNKNOWN)]
        assert done <= times <= done + unknown, (name, times, outcomes)
    assert sum(outcomes.values()) == len(names)
    assert {state for _, state in items.values()} <= {ItemState.DONE, ItemState.UNKNOWN}


def test_killed_and_frozen_workers_create_each_imported_device_once(world: World, rounds: Rounds) -> None:
    owner = world.browser(OWNER)
    names = [f"Imported {number}" for number in range(rounds.count)]
    rows = (f"{name},Yealink-T46G,0015657A{number:04X}" for number, name in enumerate(names))
    url = draft_of(world, owner, "\n".join(["Name,Type,MAC address", *rows]).encode())
    job_id = int(url.split("/")[-2])
    assert owner.submit(owner.get(url), f"{url}start", canary="0", pace="100000").status == 303
    with FaultServer(world.api) as backend:
        strike_until_done(world, backend, job_id, rounds)
        created = [json.loads(seen.body)["deviceName"] for seen in backend.requests if seen.method == "POST"]
    outcomes = dict(items_of(world, job_id).values())
    assert set(outcomes) == set(names)
    assert max(Counter(created).values()) == 1
    seen_undone = {name for name in names if outcomes[name] == ItemState.REFUSED}  # its worker died before it sent it
    assert seen_undone.isdisjoint(created)
    done = {name for name in names if outcomes[name] == ItemState.DONE}
    assert done <= set(created)
    assert set(outcomes.values()) <= {ItemState.DONE, ItemState.UNKNOWN, ItemState.REFUSED}
    for name in done:
        assert world.tell_api("GET", f"tenants/acme/groups/headquarters/access_devices/{name}/", None)
