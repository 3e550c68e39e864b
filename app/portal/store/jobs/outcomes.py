"""Outcomes of items, and what follows from them for their job."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.audit import Intent, Result
from app.portal.domain.jobs import FAILED, UNFINISHED, ItemReason, ItemState, JobReason, JobState
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.claims import Claim
from app.portal.store.jobs.tables import Job, JobItem

_STATE_OF_RESULT = {
    Result.APPLIED: ItemState.DONE,
    Result.REFUSED: ItemState.REFUSED,
    Result.NOT_APPLIED: ItemState.REFUSED,
    Result.UNKNOWN: ItemState.UNKNOWN,
}


class JobItemPart:
    """The item of a job as a part of its change: it gets its outcome in the transaction in which the history does."""

    def __init__(self, claim: Claim, now: datetime) -> None:
        self._claim = claim
        self._now = now
        self._change_id: int | None = None
        self.is_sent = False  # the fence is passed

    @property
    def group(self) -> GroupRef:
        return self._claim.group

    def prepare(self, db: Session, intent: Intent) -> Intent:
        return intent

    def attach(self, db: Session, change_id: int) -> None:
        self._change_id = change_id
        db.execute(update(JobItem).where(*_is_own(self._claim)).values(change_id=change_id))

    def finish(self, db: Session, result: Result) -> None:
        """Write the outcome, also where the answer came so late that the item counted as unknown already."""
        if not self.is_sent and result is not Result.APPLIED:
            return  # nothing was sent: the worker says what becomes of the item
        is_late = (JobItem.id == self._claim.item_id) & (JobItem.change_id == self._change_id)
        is_ours = is_late & JobItem.state.in_([ItemState.SENT, ItemState.UNKNOWN])
        values = {"state": _STATE_OF_RESULT[result], "owner": None, "reason": None, "ended_at": self._now}
        if db.execute(update(JobItem).where(is_ours).values(**values).returning(JobItem.id)).first():
            _count_failure(db, self._claim.job_id, _STATE_OF_RESULT[result])


class JobOutcomes:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def load_job(self, job_id: int) -> Job:
        with reading(self._engine) as db:
            return db.scalars(select(Job).where(Job.id == job_id)).one()

    def hold(self, job_id: int, reason: JobReason, params: Mapping[str, Any]) -> None:
        """Let a running job wait for its owner."""
        self._change_running(job_id, state=JobState.WAITING, reason=reason, params=dict(params))

    def pause_for_platform(self, job_id: int, seconds: float, words: str) -> None:
        """Pause a running job, which goes on by itself after so many seconds."""
        with reading(self._engine) as db:
            next_at = self._clock.read(db) + seconds
        params = {"words": words}
        reason = JobReason.PLATFORM
        self._change_running(
            job_id, state=JobState.PAUSED, reason=reason, params=params, next_at=next_at, tries=Job.tries + 1
        )

    def note_answer(self, job_id: int) -> None:
        """Forget earlier failures of the platform."""
        with writing(self._engine) as db:
            db.execute(update(Job).where(Job.id == job_id, Job.tries > 0).values(tries=0))

    def go_on(self) -> int:
        """Let jobs run again that paused because the platform did not answer, and are due. Return how many."""
        with writing(self._engine) as db:
            is_due = (Job.state == JobState.PAUSED) & (Job.reason == JobReason.PLATFORM)
            statement = update(Job).where(is_due, Job.next_at <= self._clock.read(db))
            return len(db.execute(statement.values(state=JobState.RUNNING, reason=None).returning(Job.id)).all())

    def _change_running(self, job_id: int, **values: Any) -> None:
        with writing(self._engine) as db:
            db.execute(update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING).values(**values))

    def conclude(
        self, claim: Claim, state: ItemState, now: datetime, reason: ItemReason, params: Mapping[str, Any] | None = None
    ) -> bool:
        """End an item of which nothing was sent; return False if it is another worker's by now."""
        values = {"state": state, "reason": reason, "params": dict(params or {}), "owner": None, "ended_at": now}
        with writing(self._engine) as db:
            statement = update(JobItem).where(*_is_own(claim), JobItem.state == ItemState.CLAIMED).values(**values)
            is_concluded = db.execute(statement.returning(JobItem.id)).first() is not None
            if is_concluded:
                _count_failure(db, claim.job_id, state)
        return is_concluded

    def settle(self, job_id: int, now: datetime) -> None:
        """Let a running job end, wait after its canary, or pause after too many failures."""
        with writing(self._engine) as db:
            job = db.scalar(select(Job).where(Job.id == job_id, Job.state == JobState.RUNNING).with_for_update())
            if job is None:
                return
            unfinished = select(func.count()).select_from(JobItem).where(JobItem.job_id == job_id)
            unfinished = unfinished.where(JobItem.state.in_(UNFINISHED))
            is_canary_over = job.canary and not db.scalar(unfinished.where(JobItem.number <= job.canary))
            if not db.scalar(unfinished):
                job.state, job.reason, job.ended_at = JobState.DONE, None, now
            elif job.pause_after and job.failures >= job.pause_after:
                job.state, job.reason, job.params = JobState.PAUSED, JobReason.FAILURES, {"failures": job.failures}
            elif is_canary_over:
                job.state, job.reason, job.params = JobState.WAITING, JobReason.CANARY, {}


def _is_own(claim: Claim) -> tuple[Any, Any]:
    return JobItem.id == claim.item_id, JobItem.owner == claim.owner


def _count_failure(db: Session, job_id: int, state: ItemState) -> None:
    if state in FAILED:
        db.execute(update(Job).where(Job.id == job_id).values(failures=Job.failures + 1))
