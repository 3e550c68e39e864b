"""The tasks of the background process: when each is due, and who works on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import reading, writing
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.leases import Leasable, Lease, Leases
from app.portal.store.tables import Base, LongText, PlainText

INDEX_TASK = "index"
HEARTBEAT_TASK = "heartbeat"  # by which monitoring sees that some background process is there
_NEW = {"due_at": 0.0, "ended_at": None, "problem": ""}


class TaskRow(Leasable, Base):
    """A task. Times are seconds since 1970 by the database's clock."""

    __tablename__ = "portal_tasks"

    name: Mapped[str] = mapped_column(PlainText(40), primary_key=True)
    due_at: Mapped[float]
    ended_at: Mapped[float | None]  # when somebody last worked on it
    problem: Mapped[str] = mapped_column(LongText)  # of the last time, in words; "" where there was none


@dataclass(frozen=True)
class TaskState:
    """Seconds: `due_in`, `ended_ago`. `is_running`: somebody works on it."""

    name: str
    is_running: bool
    due_in: float
    ended_ago: float | None
    problem: str


class TaskStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = Leases(TaskRow, clock, _NEW)

    def acquire(self, name: str, seconds: float) -> Lease | None:
        """Return a lease where the task is due and nobody works on it."""
        now = self._clock.column
        waits = select(TaskRow.name).where(TaskRow.name == name, (TaskRow.due_at > now) | (TaskRow.lease_until >= now))
        with reading(self._engine) as db:  # most of the time there is nothing to do, and nothing is written
            if db.scalar(waits, self._clock.parameters) is not None:
                return None
        with writing(self._engine) as db:
            return self._leases.acquire(db, {"name": name}, seconds, TaskRow.due_at <= now)

    def renew(self, lease: Lease, seconds: float) -> bool:
        """Return False where the lease was lost."""
        with writing(self._engine) as db:
            return self._leases.renew(db, lease, seconds)

    def release(self, lease: Lease) -> None:
        """Give the task back as it is: somebody else goes on with it."""
        with writing(self._engine) as db:
            self._leases.release(db, lease)

    def finish(self, lease: Lease, due_in: float, problem: str = "") -> None:
        """Release the lease; the task is due again in so many seconds."""
        now = self._clock.column
        with writing(self._engine) as db:
            self._leases.release(db, lease, due_at=now + due_in, ended_at=now, problem=problem)

    def make_due(self, name: str) -> None:
        """Have the task worked on as soon as somebody looks."""
        with writing(self._engine) as db:
            row = db.get(TaskRow, name)
            if row is not None:
                row.due_at = 0.0

    def list_states(self) -> Sequence[TaskState]:
        """Return the tasks that somebody has ever worked on, by name."""
        with reading(self._engine) as db:
            rows = db.execute(select(TaskRow, self._clock.column).order_by(TaskRow.name), self._clock.parameters)
            return [
                TaskState(
                    row.name,
                    row.lease_until >= now,
                    max(0.0, row.due_at - now),
                    None if row.ended_at is None else max(0.0, now - row.ended_at),
                    row.problem,
                )
                for row, now in rows
            ]
