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

from sqlalchemy import ColumnElement, Engine, Select, case, exists, func, select, true, update
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

    def seconds_until_due(self) -> float | None:
        """Return after how many seconds a job has its next device due, or a preview is built; None where none is."""
        has_items = Job.state.in_([JobState.CHECKING, JobState.RUNNING])
        with reading(self._engine) as db:
            seconds = select(func.min(Job.next_at) - self.clock.column).where(has_items)
            due_in: float | None = db.scalar(seconds, self.clock.parameters)
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
        now, canary = self.clock.read(db), select(Job.canary_number).where(Job.id == job_id)
        item = db.scalar(_next_to_send(job_id, now, db.scalar(canary) or 0))
        if item is None:
            return None
        # Of two jobs, claimed at once on two nodes, neither sees the other's item.
        acquire_locks(db.connection(), repr(("job item", item.tenant_id, item.group_id, item.device_name)))
        if db.scalar(select(_is_device_in_hand()).where(JobItem.id == item.id)):
            return None
        job = db.scalar(
            _job_to_run(job_id, now)
        )  # last: the other workers are kept from the job until this is committed
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
                if items := db.scalars(_next_to_preview(job_id, now).limit(most)).all():
                    return [self._take(item, owner, now) for item in items]
        return []

    def _list_due(self, state: JobState) -> Sequence[int]:
        """Return the jobs in this state that may have something to claim just now, that due for longest first."""
        is_due = (Job.state == state) & (Job.next_at <= self.clock.column)
        with reading(self._engine) as db:
            return db.scalars(select(Job.id).where(is_due).order_by(Job.next_at), self.clock.parameters).all()

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


def _job_to_run(job_id: int, now: float) -> Select[Job]:
    """Select a job that is due, locked until the transaction ends, unless somebody else has it locked."""
    may_run = (Job.id == job_id) & (Job.state == JobState.RUNNING) & (Job.next_at <= now)
    whole = select(Job).options(defer(Job.plan), defer(Job.backend_cookies))
    return whole.where(may_run).with_for_update(skip_locked=True)


# Of one job, since the items of several would all have to be sorted; and without its row: while another worker had that
# locked, all items would be tried in vain.
def _next_to_send(job_id: int, now: float, canary: int) -> Select[JobItem]:
    """Select the next item, locked until the transaction ends; what others have locked is passed."""
    is_due = (JobItem.job_id == job_id) & (JobItem.state == ItemState.WAITING) & (JobItem.due_at <= now)
    return (
        select(JobItem)
        .options(defer(JobItem.plan))
        .where(is_due, JobItem.number <= canary if canary else true(), ~_is_device_in_hand())
        .order_by(JobItem.number, JobItem.part)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _next_to_preview(job_id: int, now: float) -> Select[JobItem]:
    """Select the next items of a preview; several workers build it at once, so its job is not locked."""
    is_being_built = (Job.state == JobState.CHECKING) & (Job.next_at <= now)
    is_unseen = (JobItem.job_id == job_id) & JobItem.verdict.is_(None)
    return (
        select(JobItem)
        .options(defer(JobItem.plan))
        .join(Job, Job.id == JobItem.job_id)
        .where(is_being_built, is_unseen, JobItem.state == ItemState.WAITING, JobItem.due_at <= now)
        .order_by(JobItem.number, JobItem.part)
        .with_for_update(skip_locked=True, of=JobItem)
    )


def _state_when_free() -> ColumnElement[str]:
    """The state of an item that no worker has in hand any more."""
    is_cancelled = exists().where(Job.id == JobItem.job_id, Job.state == JobState.CANCELLED).correlate(JobItem)
    return case((is_cancelled, ItemState.CANCELLED), else_=ItemState.WAITING)


def _is_device_in_hand() -> ColumnElement[bool]:
    """True of an item whose device another item has in hand."""
    other = aliased(JobItem)
    is_same = (
        (other.tenant_id == JobItem.tenant_id)
        & (other.group_id == JobItem.group_id)
        & (other.device_name == JobItem.device_name)
    )
    in_hand = exists().where(is_same, other.id != JobItem.id, other.state.in_(_IN_HAND))
    return in_hand.correlate(JobItem)
