"""Claiming items, on any number of nodes: each is sent by one worker, once at most.

waiting → claimed (a lease) → sent (the fence, right before the call) → an outcome. A worker that is killed or frozen
loses its lease: what it had claimed waits again, what it had sent is unknown, and no machine sends it again.
Items of a preview that is being built are claimed in the same way, and never sent.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Engine, bindparam, case, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased, defer

from app.database import acquire_locks, reading, writing
from app.portal.domain.jobs import ACTIVE, ItemReason, ItemState, JobState
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.tables import Job, JobItem

_IN_HAND = (ItemState.CLAIMED, ItemState.SENT)


@dataclass(frozen=True)
class Claim:
    """An item in the hands of one worker, which its `owner` names."""

    item_id: int
    job_id: int
    group: GroupRef
    device_name: str
    owner: str


class JobClaims:
    def __init__(self, engine: Engine, clock: DatabaseClock, lease_seconds: float) -> None:
        self._engine = engine
        self.clock = clock
        self._lease_seconds = lease_seconds
        has_items = Job.state.in_([JobState.CHECKING, JobState.RUNNING])
        self._due_in = select(func.min(Job.next_at) - clock.column).where(has_items)
        is_due = (Job.state == bindparam("state")) & (Job.next_at <= clock.column)
        self._due = select(Job.id).where(is_due).order_by(Job.next_at)

    def seconds_until_due(self) -> float | None:
        """Return after how many seconds a job has its next device due, or a preview is built; None where none is."""
        with reading(self._engine) as db:
            due_in: float | None = db.scalar(self._due_in, self.clock.parameters)
        return due_in

    def needs_tending(self) -> bool:
        """Return True if a job runs, waits for its time, or has items in hand: then it is worth to sweep."""
        is_active = select(Job.id).where(Job.state.in_(ACTIVE)).exists()
        is_in_hand = select(JobItem.id).where(JobItem.state.in_(_IN_HAND)).exists()
        with reading(self._engine) as db:
            return bool(db.scalar(select(is_active | is_in_hand)))

    def claim(self) -> Claim | None:
        """Return the next item to be sent; None if none is due.

        The pace of its job counts its devices from here. A device that another job has in hand waits.
        """
        for job_id in self._list_due(JobState.RUNNING):
            with writing(self._engine) as db:
                if claim := self._claim_of(db, job_id):
                    return claim
        return None

    def _claim_of(self, db: Session, job_id: int) -> Claim | None:
        now = self.clock.read(db)
        item = db.scalar(_NEXT_TO_SEND, {"wanted_job": job_id, "now": now})
        if item is None:
            return None
        # Of two jobs, claimed at once on two nodes, neither sees the other's item.
        acquire_locks(db.connection(), repr(("job item", item.tenant_id, item.group_id, item.device_name)))
        if db.scalar(_IS_IN_HAND, {"wanted_item": item.id}):
            return None
        # Last, as it keeps the other workers from the job until the commit.
        job = db.scalar(_JOB_TO_RUN, {"wanted_job": job_id, "now": now})
        if job is None:
            return None
        if item.part == 0:
            job.next_at = now + 60 / job.pace
        return self._take(item, secrets.token_hex(16), now)

    def claim_previews(self, most: int) -> Sequence[Claim]:
        """Return the next items of a job whose preview is being built, all under one lease; none if none is due."""
        for job_id in self._list_due(JobState.CHECKING):
            with writing(self._engine) as db:
                now, owner = self.clock.read(db), secrets.token_hex(16)
                if items := db.scalars(_NEXT_TO_PREVIEW.limit(most), {"wanted_job": job_id, "now": now}).all():
                    return [self._take(item, owner, now) for item in items]
        return []

    def _list_due(self, state: JobState) -> Sequence[int]:
        """Return the jobs in this state that may have something to claim just now, that due for longest first."""
        with reading(self._engine) as db:
            return db.scalars(self._due, {"state": state, **self.clock.parameters}).all()

    def _take(self, item: JobItem, owner: str, now: float) -> Claim:
        item.state, item.owner, item.lease_until = ItemState.CLAIMED, owner, now + self._lease_seconds
        group = item.group
        return Claim(item.id, item.job_id, group, item.device_name, owner)

    def renew(self, claim: Claim) -> bool:
        """Lengthen the lease of all that is claimed with it; return False if it was lost."""
        is_own = (JobItem.owner == claim.owner) & JobItem.state.in_(_IN_HAND)
        with writing(self._engine) as db:
            longer = update(JobItem).where(is_own).values(lease_until=self.clock.read(db) + self._lease_seconds)
            return db.execute(longer.returning(JobItem.id)).first() is not None

    @contextmanager
    def renewing(self, claim: Claim) -> Iterator[None]:
        """Keep the lease until the block ends, or this process stands still."""
        over = Event()

        def renew() -> None:
            while not over.wait(self._lease_seconds / 3):
                with suppress(SQLAlchemyError):  # the next one may succeed; else the lease runs out
                    self.renew(claim)

        Thread(target=renew, daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def mark_sent(self, claim: Claim) -> bool:
        """Pass the fence right before the call; return False if nothing may be sent any more.

        That is where the lease ran out while the worker was frozen, and where a person stopped the job meanwhile.
        """
        with writing(self._engine) as db:
            now = self.clock.read(db)
            if db.scalar(select(Job.state).where(Job.id == claim.job_id)) != JobState.RUNNING:
                return False
            sent = {"state": ItemState.SENT, "lease_until": now + self._lease_seconds}
            return self._update(db, claim, [ItemState.CLAIMED], sent, JobItem.lease_until > now)

    def give_back(self, claim: Claim, pause: float = 0.0) -> None:
        """Let what is claimed and was not sent wait again, for so many seconds at least."""
        with writing(self._engine) as db:
            due_at = self.clock.read(db) + pause
            free = {"state": _state_when_free(), "owner": None, "lease_until": 0.0, "due_at": due_at}
            is_own = (JobItem.owner == claim.owner) & (JobItem.state == ItemState.CLAIMED)
            db.execute(update(JobItem).where(is_own).values(**free))

    def sweep(self) -> int:
        """Take items from workers that are gone. Return how many."""
        with writing(self._engine) as db:
            is_over = JobItem.lease_until <= self.clock.read(db)
            was_sent = JobItem.state == ItemState.SENT
            statement = update(JobItem).where(JobItem.state.in_(_IN_HAND), is_over)
            state = case((was_sent, ItemState.UNKNOWN), else_=_state_when_free())
            reason = case((was_sent, ItemReason.WORKER_LOST), else_=JobItem.reason)
            taken = db.execute(statement.values(state=state, reason=reason, owner=None).returning(JobItem.job_id))
            return len(taken.all())

    def _update(
        self,
        db: Session,
        claim: Claim,
        states: Collection[ItemState],
        values: Mapping[str, Any],
        condition: ColumnElement[bool] | None = None,
    ) -> bool:
        """Change the item while it is this worker's and in one of these states; return False where it is not."""
        is_own = (JobItem.id == claim.item_id) & (JobItem.owner == claim.owner) & JobItem.state.in_(states)
        statement = update(JobItem).where(is_own if condition is None else is_own & condition)
        return db.execute(statement.values(**values).returning(JobItem.id)).first() is not None


def _state_when_free() -> ColumnElement[str]:
    """The state of an item that no worker has in hand any more."""
    is_cancelled = exists().where(Job.id == JobItem.job_id, Job.state == JobState.CANCELLED).correlate(JobItem)
    return case((is_cancelled, ItemState.CANCELLED), else_=ItemState.WAITING)


# To make these statements takes longer than to execute them.
_OTHER = aliased(JobItem)
_IS_SAME_DEVICE = (
    (_OTHER.tenant_id == JobItem.tenant_id)
    & (_OTHER.group_id == JobItem.group_id)
    & (_OTHER.device_name == JobItem.device_name)
)
# True of an item whose device another item has in hand.
_IS_DEVICE_IN_HAND = (
    exists().where(_IS_SAME_DEVICE, _OTHER.id != JobItem.id, _OTHER.state.in_(_IN_HAND)).correlate(JobItem)
)
_IS_IN_HAND = select(_IS_DEVICE_IN_HAND).where(JobItem.id == bindparam("wanted_item"))

_NOW: BindParameter[float] = bindparam("now")
_WANTED_JOB: BindParameter[int] = bindparam("wanted_job")
_MAY_RUN = (Job.id == _WANTED_JOB) & (Job.state == JobState.RUNNING) & (Job.next_at <= _NOW)
# A job that is due, locked until the transaction ends, unless somebody else has it locked.
_JOB_TO_RUN = (
    select(Job).options(defer(Job.plan), defer(Job.backend_cookies)).where(_MAY_RUN).with_for_update(skip_locked=True)
)

_CANARY = select(Job.canary_number).where(Job.id == _WANTED_JOB).scalar_subquery()
_IS_DUE = (JobItem.job_id == _WANTED_JOB) & (JobItem.state == ItemState.WAITING) & (JobItem.due_at <= _NOW)
_NEXT = select(JobItem).options(defer(JobItem.plan)).where(_IS_DUE).order_by(JobItem.number, JobItem.part)
# The next item of a job, locked until the transaction ends; what others have locked is passed. Of one job, since the
# items of several would all have to be sorted; and without its row: while another worker had that locked, all items
# would be tried in vain.
_NEXT_TO_SEND = (
    _NEXT.where((_CANARY == 0) | (JobItem.number <= _CANARY), ~_IS_DEVICE_IN_HAND)
    .limit(1)
    .with_for_update(skip_locked=True)
)
# The next items of a preview; several workers build it at once, so its job is not locked.
_NEXT_TO_PREVIEW = (
    _NEXT.join(Job, Job.id == JobItem.job_id)
    .where(Job.state == JobState.CHECKING, Job.next_at <= _NOW, JobItem.verdict.is_(None))
    .with_for_update(skip_locked=True, of=JobItem)
)
