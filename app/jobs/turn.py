"""A turn: the time in which this process works on a task."""

from threading import Event
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from app.portal.store.leases import Lease
from app.portal.store.tasks import TaskStore


class TurnOver(Exception):
    """The process is to end, or another one works on the task by now: nothing more may be done for it."""


class Turn:
    """Tasks call `check` or `wait` before each step that somebody else must not do at the same time."""

    def __init__(self, store: TaskStore, lease: Lease, lease_seconds: float, stopping: Event) -> None:
        self.lease = lease
        self._store = store
        self._lease_seconds = lease_seconds
        self._stopping = stopping
        self._lasts_until = monotonic() + lease_seconds  # by a clock that goes on while the process is frozen

    def renew(self) -> None:
        """Renew the lease; called from another thread while the task goes on."""
        began = monotonic()
        try:
            is_kept = self._store.renew(self.lease, self._lease_seconds)
        except SQLAlchemyError:
            return  # the next renewal may succeed before the lease runs out
        self._lasts_until = began + self._lease_seconds if is_kept else 0.0

    def check(self) -> None:
        """Raise TurnOver where the turn is over."""
        if self._stopping.is_set() or monotonic() > self._lasts_until:
            raise TurnOver

    def wait(self, seconds: float) -> None:
        """Wait, and raise TurnOver where the turn is over."""
        self._stopping.wait(max(0.0, seconds))
        self.check()
