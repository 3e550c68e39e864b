"""Figures of the database for monitoring: the same from each node, and bounded however long the history is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from app.database import snapshot
from app.portal.domain.audit import WRITES
from app.portal.domain.jobs import UNDER_WAY, ItemState, JobState
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.open_changes import is_open
from app.portal.store.sessions import Sessions
from app.portal.store.tables import Change
from app.portal.store.tasks import HEARTBEAT_TASK, TaskRow

_UNKNOWN_FOR = timedelta(days=1)  # of an outcome; no reading ever shows what became of some, such as reboots
_LONGEST = 1500  # milliseconds for a statement
_LIMIT = text(f"SET LOCAL statement_timeout = {_LONGEST}")


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """`items` are those of jobs that are not at their end, by state.

    `oldest_waiting`: seconds for which an item could have been worked on that nobody works on; 0 without one.
    `heartbeat`: seconds since a background process was last seen, None where none ever was.
    `unknown_outcomes`: changes of the last day.
    """

    jobs: Mapping[str, int]
    items: Mapping[str, int]
    oldest_waiting: float
    heartbeat: float | None
    unknown_outcomes: int
    sessions: int


class GaugeReader:
    def __init__(
        self,
        engine: Engine,
        clock: DatabaseClock,
        now: Callable[[], datetime],
        sessions: Sessions,
        longest_write: timedelta,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._now = now
        self._sessions = sessions
        self._longest_write = longest_write

    def read(self) -> Gauges:
        """Raise SQLAlchemyError."""
        moment = self._now()
        with snapshot(self._engine) as db:
            if self._engine.dialect.name == "postgresql":
                db.execute(_LIMIT)
            now = self._clock.read(db)
            beat = db.scalar(select(TaskRow.ended_at).where(TaskRow.name == HEARTBEAT_TASK))
            return Gauges(
                jobs=_count_by(db, select(Job.state, func.count()).group_by(Job.state)),
                items=_count_by(db, _ITEMS),
                oldest_waiting=_oldest_waiting(db, now),
                heartbeat=None if beat is None else max(now - beat, 0.0),
                unknown_outcomes=self._count_unknown(db, moment),
                sessions=self._sessions.count(db, moment),
            )

    def _count_unknown(self, db: Session, moment: datetime) -> int:
        """Count writes whose answer was lost, and whose process was killed in the middle; not those under way."""
        is_recent = (Change.at > moment - _UNKNOWN_FOR) & (Change.at < moment - self._longest_write)
        statement = select(func.count()).select_from(Change)
        return db.scalar(statement.where(is_recent, Change.action.in_(WRITES), is_open())) or 0


_ITEMS = (
    select(JobItem.state, func.count())
    .join(Job, Job.id == JobItem.job_id)
    .where(Job.state.in_([JobState.CHECKING, *UNDER_WAY]))
    .group_by(JobItem.state)
)


def _count_by(db: Session, statement: Select[str, int]) -> Mapping[str, int]:
    return {row[0]: row[1] for row in db.execute(statement)}


def _oldest_waiting(db: Session, now: float) -> float:
    rows = db.execute(_select_idle(now)).all()
    since = [max(next_at, due_at, (started or created).timestamp()) for next_at, due_at, started, created in rows]
    return max((now - moment for moment in since), default=0.0)


def _select_idle(now: float) -> Select[float, float, datetime | None, datetime]:
    """Select jobs that have an item to work on, and none in hand."""
    other = aliased(JobItem)
    in_hand = exists().where(other.job_id == Job.id, other.lease_until > now).correlate(Job)
    is_due = (Job.next_at <= now) & (JobItem.state == ItemState.WAITING) & (JobItem.due_at <= now)
    is_to_do = (Job.state == JobState.RUNNING) | ((Job.state == JobState.CHECKING) & JobItem.verdict.is_(None))
    return (
        select(Job.next_at, func.min(JobItem.due_at), Job.started_at, Job.created_at)
        .join(JobItem, JobItem.job_id == Job.id)
        .where(is_due, is_to_do, ~in_hand)
        .group_by(Job.id)
    )
