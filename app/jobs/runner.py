"""Running tasks when they are due, each under its lease."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Lock

from sqlalchemy.exc import SQLAlchemyError

from app.jobs.turn import Turn, TurnOver
from app.portal.services.lease_renewal import renewing
from app.portal.store.tasks import TaskStore

log = logging.getLogger(__name__)

_LOOK_EVERY = 1.0  # seconds, at whether a task is due
_AFTER_ERROR = 60.0  # seconds
_AFTER_DATABASE_ERROR = 5.0  # seconds


@dataclass(frozen=True)
class Ending:
    """The end of a turn. `due_in`: seconds until there is more to do. `problem`: why something was not done."""

    due_in: float
    problem: str = ""


@dataclass(frozen=True)
class Task:
    """`work` does all that is due. It may end early, by TurnOver: another turn goes on where it stopped.

    `has_work` is asked before, by every process each second: it only reads.
    """

    name: str
    work: Callable[[Turn], Ending]
    has_work: Callable[[], bool] = lambda: True


class Runner:
    def __init__(self, tasks: Sequence[Task], store: TaskStore, lease_seconds: float, stopping: Event) -> None:
        self.tasks = tasks
        self._store = store
        self._lease_seconds = lease_seconds
        self._stopping = stopping
        self._turns: dict[str, Turn] = {}
        self._lock = Lock()

    def run(self, task: Task) -> None:
        """Work on the task whenever it is due, until the process is to end."""
        while not self._stopping.is_set():
            try:
                is_idle = not self.run_if_due(task)
            except SQLAlchemyError as error:
                log.error("the task %s waits for the database: %s", task.name, str(error).partition("\n")[0])
                self._stopping.wait(_AFTER_DATABASE_ERROR)
                continue
            if is_idle:
                self._stopping.wait(_LOOK_EVERY)

    def run_until_idle(self) -> None:
        """Work in this thread on all tasks that are due, until none is."""
        while any(self.run_if_due(task) for task in self.tasks):
            pass

    def run_if_due(self, task: Task) -> bool:
        """Return False where the task is not due, somebody else works on it, or the turn was over before its end."""
        lease = self._store.acquire(task.name, self._lease_seconds) if task.has_work() else None
        if lease is None:
            return False
        turn = Turn(self._store, lease, self._lease_seconds, self._stopping)
        with self._lock:
            self._turns[task.name] = turn
        try:
            ending = self._work(task, turn)
        finally:
            with self._lock:
                self._turns.pop(task.name, None)
        if ending is None:
            self._store.release(lease)
            return False
        self._store.finish(lease, ending.due_in, ending.problem)
        return True

    def give_back(self) -> None:
        """Release the leases of turns that did not end in time."""
        with self._lock:
            turns = list(self._turns.values())
        for turn in turns:
            self._store.release(turn.lease)

    def _work(self, task: Task, turn: Turn) -> Ending | None:
        """Return None where the turn was over before the work was done."""
        try:
            with renewing(turn.renew, self._lease_seconds):
                return task.work(turn)
        except TurnOver:
            return None
        except SQLAlchemyError:
            log.exception("the task %s stops, because the database failed", task.name)
            return Ending(_AFTER_ERROR, "the database failed; the log says how")
        except Exception as error:
            log.exception("the task %s failed", task.name)
            return Ending(_AFTER_ERROR, f"an error of the program ({type(error).__name__}), which the log describes")
