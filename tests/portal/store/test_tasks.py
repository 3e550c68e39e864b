"""Tasks and their leases, over both databases: by hand, and by processes that are killed and frozen."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from app.portal.store.database_clock import DatabaseClock
from app.portal.store.tasks import TaskStore
from tests.support.browser.product import ROOT
from tests.support.waiting import wait_until
from tests.support.world import World

pytestmark = pytest.mark.both_databases


def test_task_is_due_to_one_at_a_time(world: World) -> None:
    portal = world.held_by()
    store = TaskStore(portal.engine, DatabaseClock(portal.engine, world.clock))
    lease = store.acquire("steps", 60)
    assert lease
    assert store.acquire("steps", 60) is None
    assert store.acquire("others", 60)
    store.release(lease)
    lease = store.acquire("steps", 60)
    assert lease
    store.finish(lease, 600, "the platform refuses")
    assert store.acquire("steps", 60) is None
    [_, state] = store.list_states()
    assert (state.name, state.is_running, state.problem) == ("steps", False, "the platform refuses")
    assert 590 < state.due_in <= 600
    assert state.ended_ago is not None
    assert not store.renew(lease, 60)
    store.make_due("steps")
    assert store.acquire("steps", 60)


@contextmanager
def workers(world: World, marks: Path) -> Iterator[list[int]]:
    """Yield the ids of three processes that all want to work on one task."""
    url = world.held_by().engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.leased_work", url, str(marks)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin
        assert program.stdout
        try:
            yield [int(text) for text in program.stdout.readline().split()]
        finally:
            program.stdin.close()


def last_worker(marks: Path, *others: int) -> int:
    """Wait for a mark that none of the others made last, and return whose it is."""
    wait_until(lambda: marks.exists() and marks.read_text().endswith("\n") and made_by(marks)[-1] not in others, 30)
    return made_by(marks)[-1]


def made_by(marks: Path) -> list[int]:
    return [int(line) for line in marks.read_text().splitlines()]


def test_task_of_killed_or_frozen_process_goes_on(world: World, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    with workers(world, marks) as processes:
        frozen = last_worker(marks)
        os.kill(frozen, signal.SIGSTOP)
        successor = last_worker(marks, frozen)
        os.kill(frozen, signal.SIGCONT)
        count = len(made_by(marks))
        wait_until(lambda: len(made_by(marks)) > count + 40)
        os.kill(successor, signal.SIGKILL)
        heir = last_worker(marks, successor)
    assert {frozen, successor, heir} <= set(processes)
    turns = [pid for pid, successor in pairwise([*made_by(marks), 0]) if pid != successor]
    assert turns == [frozen, successor, heir]  # nobody left a mark between those of another
