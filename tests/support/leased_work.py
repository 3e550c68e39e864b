"""Processes that work on one task, which are killed and frozen. A program of its own: it forks before there is a thread
or a connection. It prints the ids of its children, and ends with its standard input.
"""

import os
import sys
from pathlib import Path
from threading import Event

from app.database import connect
from app.database_time import utc_now
from app.jobs.runner import Ending, Runner, Task
from app.jobs.turn import Turn
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.tasks import TaskStore

LEASE = 0.6  # seconds
_STEP = 0.02


def work(url: str, marks: Path) -> None:
    """Leave a mark at each step that only one process may make at a time."""

    def make_steps(turn: Turn) -> Ending:
        while True:
            turn.wait(_STEP)
            with marks.open("a") as file:
                file.write(f"{os.getpid()}\n")

    engine = connect(url)
    store = TaskStore(engine, DatabaseClock(engine, utc_now))
    Runner([Task("steps", make_steps)], store, LEASE, Event()).run(Task("steps", make_steps))


if __name__ == "__main__":
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            work(sys.argv[1], Path(sys.argv[2]))
        children.append(child)
    print(*children, flush=True)  # noqa: T201 - for the test
    sys.stdin.read()
    for child in children:
        os.kill(child, 9)
