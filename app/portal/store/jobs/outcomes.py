"""Outcomes of items, and what follows from them for their job."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, exists, select, update
from sqlalchemy.orm import Session, defer

from app.database import reading, snapshot, writing
from app.portal.domain.audit import Intent, Result
from app.portal.domain.jobs import FAILED, UNFINISHED, ItemReason, ItemState, JobAction, JobReason, JobState, Verdict
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.claims import Claim
from app.portal.store.jobs.job_log import log_state
from app.portal.store.jobs.new_rows import NEW_ITEM
from app.portal.store.jobs.reboots import add_reboot, is_watching, watch_reboot
from app.portal.store.jobs.tables import Job, JobItem

_STATE_OF_RESULT = {
    Result.APPLIED: ItemState.DONE,
    Result.REFUSED: ItemState.REFUSED,
    Result.NOT_APPLIED: ItemState.REFUSED,
    Result.UNKNOWN: ItemState.UNKNOWN,
}


_STATE_OF_VERDICT = {
    Verdict.UNCHANGED: ItemState.UNCHANGED,
    Verdict.REFUSED: ItemState.REFUSED,
    Verdict.ERROR: ItemState.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The effect that an act would have now. The fields are those of JobItem, where they are explained.

    subject: None leaves that of the item. others: further acts on the same device, which become items beside this one.
    content: what tells this effect from others with the same words, such as a digest of the file that is replaced.
    """

    verdict: Verdict
    changes: Sequence[tuple[str, str, str]] = ()
    opened: Mapping[str, Any] = field(default_factory=dict)
    people: int | None = None
    reason: ItemReason | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    subject: str | None = None
    others: Sequence["Preview"] = ()
    content: str = ""

    @property
    def difference(self) -> str:
        """A digest that is the same for all previews that show the same."""
        told = [self.verdict, self.changes, self.reason, self.params, self.content]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


class JobItemPart:
    """The item of a job as a part of its change: it gets its outcome in the transaction in which the history does."""

    def __init__(self, claim: Claim, clock: DatabaseClock) -> None:
        self._claim = claim
        self._clock = clock
        self.change_id: int | None = None
        self.is_sent = False  # the fence is passed

    @property
    def group(self) -> GroupRef:
        return self._claim.group

    def prepare(self, db: Session, intent: Intent) -> Intent:
        return intent

    def attach(self, db: Session, change_id: int) -> None:
        self.change_id = change_id
        db.execute(update(JobItem).where(*_is_own(self._claim)).values(change_id=change_id))

    def finish(self, db: Session, result: Result) -> None:
        """Write the outcome, also where the answer came so late that the item counted as unknown already."""
        if not self.is_sent and result is not Result.APPLIED:
            return  # nothing was sent: the worker says what becomes of the item
        is_late = (JobItem.id == self._claim.item_id) & (JobItem.change_id == self.change_id)
        is_ours = is_late & JobItem.state.in_([ItemState.SENT, ItemState.UNKNOWN])
        state, now = _STATE_OF_RESULT[result], self._clock.read(db)
        values = {"state": state, "owner": None, "reason": None, "ended_at": datetime.fromtimestamp(now, UTC)}
        if db.execute(update(JobItem).where(is_ours).values(**values).returning(JobItem.id)).first():
            _follow_up(db, self._claim, state)
            if state is ItemState.DONE:
                watch_reboot(db, self._claim.item_id, now)


class JobOutcomes:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def load(self, claim: Claim) -> tuple[Job, JobItem]:
        with reading(self._engine) as db:
            statement = select(Job, JobItem).join(JobItem, JobItem.job_id == Job.id)
            job, item = db.execute(statement.where(JobItem.id == claim.item_id)).one()
            return job, item

    def load_all(self, claims: Sequence[Claim]) -> tuple[Job, Sequence[JobItem]]:
        """Return the items of claims that were made together, in their order, and the job."""
        with snapshot(self._engine) as db:
            of_claims = JobItem.id.in_([claim.item_id for claim in claims])
            items = {item.id: item for item in db.scalars(select(JobItem).where(of_claims))}
            return db.get_one(Job, claims[0].job_id), [items[claim.item_id] for claim in claims]

    def keep_previews(self, previews: Sequence[tuple[Claim, Preview]], now: datetime) -> None:
        """Write what the job would do to devices, but for those that other workers have by now.

        The claims were made together.
        """
        if not previews:
            return
        by_id = {claim.item_id: preview for claim, preview in previews}
        is_own = JobItem.id.in_(by_id) & (JobItem.owner == previews[0][0].owner) & (JobItem.state == ItemState.CLAIMED)
        with writing(self._engine) as db:
            own = db.scalars(select(JobItem.id).where(is_own).with_for_update()).all()
            if own:
                db.execute(
                    update(JobItem), [{"id": own_id, **columns_of_preview(by_id[own_id], now)} for own_id in own]
                )
            for own_id in own:
                _add_others(db, own_id, by_id[own_id].others, now)

    def hold(self, job_id: int, reason: JobReason, params: Mapping[str, Any]) -> None:
        """Let a job wait for its owner."""
        self._change_active(job_id, state=JobState.WAITING, reason=reason, params=dict(params))

    def pause_for_platform(self, job_id: int, seconds: float, words: str) -> None:
        """Pause a job, which goes on by itself after so many seconds; a preview only waits so long."""
        with reading(self._engine) as db:
            next_at = self._clock.read(db) + seconds
        state = case((Job.state == JobState.RUNNING, JobState.PAUSED), else_=Job.state)
        values = {"state": state, "reason": JobReason.PLATFORM, "params": {"words": words}}
        self._change_active(job_id, **values, next_at=next_at, tries=Job.tries + 1)

    def note_confirmed(self, job: Job, every: float) -> None:
        """Write that the platform confirmed the owner just now, at most once in so many seconds."""
        if self.age(job) > every:
            with writing(self._engine) as db:
                db.execute(update(Job).where(Job.id == job.id).values(confirmed_at=self._clock.read(db)))

    def age(self, job: Job) -> float:
        """Return the seconds since the platform last confirmed the owner."""
        with reading(self._engine) as db:
            return self._clock.read(db) - job.confirmed_at

    def note_answer(self, job: Job) -> None:
        """Forget earlier failures of the platform."""
        if not job.tries:
            return
        with writing(self._engine) as db:
            no_reason: dict[str, Any] = {"reason": None, "params": {}}
            db.execute(update(Job).where(Job.id == job.id, Job.tries > 0).values(tries=0, **no_reason))

    def settle_all(self, now: datetime) -> None:
        """Complete what has nothing left to do, and whose last worker is gone or came while it was paused."""
        is_left = exists().where(JobItem.job_id == Job.id, _IS_UNFINISHED).correlate(Job)
        has_nothing_left = (Job.state == JobState.CHECKING) | ((Job.state == JobState.RUNNING) & ~is_left)
        with reading(self._engine) as db:
            job_ids = db.scalars(select(Job.id).where(has_nothing_left)).all()
        for job_id in job_ids:
            self.settle(job_id, now)

    def go_on(self) -> int:
        """Let jobs run again that paused because the platform did not answer, and are due. Return how many."""
        with writing(self._engine) as db:
            is_due = (Job.state == JobState.PAUSED) & (Job.reason == JobReason.PLATFORM)
            statement = update(Job).where(is_due, Job.next_at <= self._clock.read(db))
            job_ids = db.scalars(statement.values(state=JobState.RUNNING, reason=None).returning(Job.id)).all()
        for job_id in job_ids:
            log_state(job_id, JobState.RUNNING, None)
        return len(job_ids)

    def take_back(self, claim: Claim, change_id: int | None) -> None:
        """Let an item wait again whose change never left this node, as nothing could be sent."""
        is_ours = (JobItem.id == claim.item_id) & (JobItem.change_id == change_id)
        waiting = {"state": ItemState.WAITING, "reason": None, "change_id": None, "ended_at": None}
        statement = update(JobItem).where(is_ours, JobItem.state == ItemState.REFUSED).values(**waiting)
        with writing(self._engine) as db:
            if db.execute(statement.returning(JobItem.id)).first():
                db.execute(update(Job).where(Job.id == claim.job_id).values(failures=Job.failures - 1))

    def _change_active(self, job_id: int, **values: Any) -> None:
        is_active = Job.state.in_([JobState.RUNNING, JobState.CHECKING])
        with writing(self._engine) as db:
            statement = update(Job).where(Job.id == job_id, is_active).values(**values)
            state = db.scalar(statement.returning(Job.state))
        if state:
            log_state(job_id, state, values["reason"])

    def conclude(
        self, claim: Claim, state: ItemState, now: datetime, reason: ItemReason, params: Mapping[str, Any] | None = None
    ) -> bool:
        """End an item of which nothing was sent; return False if it is another worker's by now."""
        values = {"state": state, "reason": reason, "params": dict(params or {}), "owner": None, "ended_at": now}
        with writing(self._engine) as db:
            statement = update(JobItem).where(*_is_own(claim), JobItem.state == ItemState.CLAIMED).values(**values)
            is_concluded = db.execute(statement.returning(JobItem.id)).first() is not None
            if is_concluded:
                _follow_up(db, claim, state)
        return is_concluded

    def settle(self, job_id: int, now: datetime) -> None:
        """Let a preview be complete; let a running job end, wait after its canary, or pause after its failures."""
        is_active = (Job.id == job_id) & Job.state.in_([JobState.RUNNING, JobState.CHECKING])
        active = select(Job).where(is_active).options(defer(Job.plan), defer(Job.backend_cookies))
        with snapshot(self._engine) as db:  # most of the time nothing follows, and other workers need not wait
            job = db.scalar(active)
            if job is None or _what_follows(db, job) is None:
                return
        with writing(self._engine) as db:
            job = db.scalar(active.with_for_update())
            following = _what_follows(db, job) if job else None
            if job is None or following is None:
                return
            job.state, job.reason, job.params = following
            if job.state == JobState.DRAFT:
                job.checked_at = now
            elif job.state == JobState.DONE:
                job.ended_at = now
        log_state(job_id, *following[:2])


def _what_follows(db: Session, job: Job) -> tuple[JobState, JobReason | None, dict[str, Any]] | None:
    """Return the next state of a job, with its reason; None while it stays in that in which it is."""
    if job.state == JobState.CHECKING:
        is_unread = job.action == JobAction.IMPORT and not job.items
        is_checked = not is_unread and not _has_items(db, job.id, JobItem.verdict.is_(None))
        return (JobState.DRAFT, None, {}) if is_checked else None
    if _has_ended(db, job.id):
        return JobState.DONE, None, {}
    if job.pause_after and job.failures >= job.pause_after:
        return JobState.PAUSED, JobReason.FAILURES, {"failures": job.failures}
    if job.canary_number and _has_ended(db, job.id, JobItem.number <= job.canary_number):
        return JobState.WAITING, JobReason.CANARY, {}
    return None


_IS_UNFINISHED = JobItem.state.in_(UNFINISHED)


def _has_ended(db: Session, job_id: int, which: ColumnElement[bool] | None = None) -> bool:
    """Return True if nothing is left to do, of these items at least, and no device is followed any more."""
    is_left = _IS_UNFINISHED if which is None else _IS_UNFINISHED & which
    return not _has_items(db, job_id, is_left) and not is_watching(db, job_id)


def columns_of_preview(preview: Preview, now: datetime) -> dict[str, Any]:
    """Return the columns of an item that a preview fills in; nobody has it in hand any more."""
    state = _STATE_OF_VERDICT.get(preview.verdict, ItemState.WAITING)
    return {
        "verdict": preview.verdict,
        "state": state,
        "people": preview.people,
        "seen": {"changes": preview.changes, "opened": dict(preview.opened), "at": now.isoformat()},
        "difference": preview.difference,
        "reason": preview.reason,
        "params": dict(preview.params),
        "owner": None,
        "ended_at": None if state is ItemState.WAITING else now,
        **({} if preview.subject is None else {"subject": preview.subject}),
    }


def _add_others(db: Session, item_id: int, others: Sequence[Preview], now: datetime) -> None:
    """Add items for further acts on the device of this one."""
    if not others:
        return
    item = db.get_one(JobItem, item_id)
    names = ("job_id", "number", "action", "row", "tenant_id", "group_id", "device_name", "plan")
    same = {name: getattr(item, name) for name in names}
    for part, other in enumerate(others, start=item.part + 1):
        db.add(JobItem(**{**NEW_ITEM, **same, **columns_of_preview(other, now), "part": part}))


def _has_items(db: Session, job_id: int, condition: ColumnElement[bool]) -> bool:
    return db.scalar(select(JobItem.id).where(JobItem.job_id == job_id, condition).limit(1)) is not None


def _is_own(claim: Claim) -> tuple[Any, Any]:
    return JobItem.id == claim.item_id, JobItem.owner == claim.owner


def _follow_up(db: Session, claim: Claim, state: ItemState) -> None:
    """Count a failure, and let the device be rebooted if this was the last that the job does to it."""
    if state in FAILED:
        db.execute(update(Job).where(Job.id == claim.job_id).values(failures=Job.failures + 1))
    add_reboot(db, claim.item_id)
