"""Reboots by jobs: those that follow what was done to a device, and the devices that are watched until they are back.

A watch is a row that lasts until its device is back, or long enough without a change. Whoever looks at a device moves
the time of its next look in the transaction that chooses it: so it is looked at once at a time, over all nodes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from app.database import reading, snapshot, writing
from app.portal.domain.jobs import UNFINISHED, ItemReason, ItemState, JobAction, JobState, Verdict
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.new_rows import NEW_ITEM
from app.portal.store.jobs.tables import Job, JobItem, RebootWatch
from app.portal.store.tables import Change

_LOOK_EVERY = 5.0  # seconds, at most
_LOOKS = 24  # at least, at a device
_AT_ONCE = 500  # devices
_MAY_GO_ON = (JobState.RUNNING, JobState.PAUSED, JobState.WAITING)


def watch_reboot(db: Session, item_id: int, now: float) -> None:
    """Follow the device of an item that was done, if that was a reboot."""
    item = db.get_one(JobItem, item_id)
    if item.action != JobAction.REBOOT:
        return
    change = db.get(Change, item.change_id) if item.change_id else None
    beside = (RebootWatch.job_id == item.job_id) & (RebootWatch.tenant_id == item.tenant_id)
    next_look = select(func.min(RebootWatch.due_at)).where(beside, RebootWatch.group_id == item.group_id)
    item.reason, item.params = ItemReason.REBOOTING, {}
    db.add(
        RebootWatch(
            item_id=item.id,
            job_id=item.job_id,
            tenant_id=item.tenant_id,
            group_id=item.group_id,
            device_name=item.device_name,
            was_online=change is not None and change.before.get("status") == "Online",
            asked_at=now,
            due_at=db.scalar(next_look) or now,
        )
    )


def add_reboot(db: Session, item_id: int) -> None:
    """Add the reboot that is to follow, once all that the job does to a device is over and some of it was done.

    A part that is done later, when it was tried again, is followed by a reboot of its own.
    """
    item = db.get_one(JobItem, item_id)
    job = db.scalar(select(Job).where(Job.id == item.job_id, Job.reboot_after).with_for_update())
    if job is None or job.state not in _MAY_GO_ON:
        return
    parts = db.scalars(select(JobItem).where(JobItem.job_id == job.id, JobItem.number == item.number)).all()
    if not _need_reboot(parts):
        return
    last = max(parts, key=lambda part: part.part)
    same = {name: getattr(item, name) for name in ("job_id", "number", "row", "tenant_id", "group_id", "device_name")}
    reboot = {**NEW_ITEM, **same, "part": last.part + 1, "action": JobAction.REBOOT, "verdict": Verdict.CHANGE}
    db.add(JobItem(**{**reboot, "people": item.people}))


def _need_reboot(parts: Sequence[JobItem]) -> bool:
    """Return True if all is over that a job does to a device, and some of it was done after its last reboot."""
    if any(part.state in UNFINISHED or part.action == JobAction.DELETE for part in parts):
        return False
    reboots = [part.ended_at for part in parts if part.action == JobAction.REBOOT and part.ended_at]
    done = [part for part in parts if part.action != JobAction.REBOOT and part.state == ItemState.DONE]
    return any(not reboots or part.ended_at is None or part.ended_at > max(reboots) for part in done)


@dataclass(frozen=True)
class WatchedDevice:
    item_id: int
    name: str
    was_online: bool
    asked_at: float
    away_at: float | None


@dataclass(frozen=True)
class RebootLook:
    """Devices of one group that one job rebooted, to be looked at now."""

    job: Job
    group: GroupRef
    devices: Sequence[WatchedDevice]


class RebootWatches:
    """`patience`: seconds after a reboot in which its device is to come back."""

    def __init__(self, engine: Engine, clock: DatabaseClock, patience: float) -> None:
        self._engine = engine
        self._clock = clock
        self._look_every = min(_LOOK_EVERY, patience / _LOOKS)

    def has_due(self) -> bool:
        with snapshot(self._engine) as db:
            is_due = RebootWatch.due_at <= self._clock.read(db)
            return db.scalar(select(RebootWatch.item_id).where(is_due).limit(1)) is not None

    def take(self) -> RebootLook | None:
        """Return the devices of a group at which a look is due; None if there are none."""
        with writing(self._engine) as db:
            now = self._clock.read(db)
            is_due = RebootWatch.due_at <= now
            first = db.scalar(select(RebootWatch).where(is_due).order_by(RebootWatch.due_at).limit(1))
            if first is None:
                return None
            of_job = RebootWatch.job_id == first.job_id
            of_group = (RebootWatch.tenant_id == first.tenant_id) & (RebootWatch.group_id == first.group_id)
            chosen = select(RebootWatch).where(is_due, of_job, of_group).limit(_AT_ONCE)
            watches = db.scalars(chosen.with_for_update(skip_locked=True)).all()
            for watch in watches:
                watch.due_at = now + self._look_every
            devices = [
                WatchedDevice(watch.item_id, watch.device_name, watch.was_online, watch.asked_at, watch.away_at)
                for watch in watches
            ]
            return RebootLook(db.get_one(Job, first.job_id), GroupRef(first.tenant_id, first.group_id), devices)

    def now(self) -> float:
        with reading(self._engine) as db:
            return self._clock.read(db)

    def keep_away(self, device: WatchedDevice, away_at: float) -> None:
        """Write that a device went offline."""
        params = {"away_after": round(away_at - device.asked_at)}
        with writing(self._engine) as db:
            db.execute(update(RebootWatch).where(RebootWatch.item_id == device.item_id).values(away_at=away_at))
            self._describe(db, device, ItemReason.REBOOTING, params)

    def end(self, device: WatchedDevice, reason: ItemReason, params: Mapping[str, Any]) -> None:
        """Watch a device no longer, and write what was seen; one that does not come back is a failure of its job."""
        with writing(self._engine) as db:
            ended = delete(RebootWatch).where(RebootWatch.item_id == device.item_id).returning(RebootWatch.job_id)
            job_id = db.scalar(ended)
            self._describe(db, device, reason, params)
            if reason is ItemReason.NOT_BACK:
                db.execute(update(Job).where(Job.id == job_id).values(failures=Job.failures + 1))

    @staticmethod
    def _describe(db: Session, device: WatchedDevice, reason: ItemReason, params: Mapping[str, Any]) -> None:
        is_followed = (JobItem.id == device.item_id) & (JobItem.reason == ItemReason.REBOOTING)
        db.execute(update(JobItem).where(is_followed).values(reason=reason, params=dict(params)))


def is_watching(db: Session, job_id: int) -> bool:
    """Return True while devices are followed that the job rebooted."""
    return db.scalar(select(RebootWatch.item_id).where(RebootWatch.job_id == job_id).limit(1)) is not None
