"""The audit log: changes, their outcomes, and events of the portal itself. Append only.

Each entry is two rows: the change, written before a write to the backend, its outcome after it (of events: at once).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, Select, SQLColumnExpression, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.database import acquire_locks, reading, writing
from app.portal.domain.audit import Action, Actor, Intent, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import bump
from app.portal.store.jobs.settling import settle_item
from app.portal.store.list_patches import mark_stale
from app.portal.store.open_changes import (
    EarlierChange,
    Rival,
    find_rival,
    find_submitted,
    is_undone,
    list_unsettled,
    to_earlier,
)
from app.portal.store.reboots import PENDING_IN_GROUP, PENDING_OF_DEVICE
from app.portal.store.tables import Change, Outcome

Param = str | int  # of a reason


class ChangePart(Protocol):
    """Rows that a change writes beside its entry, in the same transactions."""

    def prepare(self, db: Session, intent: Intent) -> Intent | None:
        """Write what precedes the entry and return the completed intent; None if another change claims the part."""

    def attach(self, db: Session, change_id: int) -> None: ...

    def finish(self, db: Session, result: Result) -> None: ...


@dataclass(frozen=True)
class BegunChange:
    """A change without an outcome yet. If there is a `rival`, it was refused at once.

    If there is an `earlier` one that the same form made, nothing was begun, and the id is that of the earlier.
    """

    id: int
    group: GroupRef
    part: ChangePart | None = None
    rival: Rival | None = None
    earlier: EarlierChange | None = None


class AuditLog:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(
        self,
        intent: Intent,
        actor: Actor,
        now: datetime,
        part: ChangePart | None = None,
        since: datetime | None = None,
        submission: str = "",
        note: str = "",
    ) -> BegunChange:
        """Write a change and its part, before the backend is called.

        The change is refused at once if another one of the same began after `since` and may still take effect, or
        claims the part. Changes of one device begin one after the other, so each sees all earlier ones.
        """
        with writing(self._engine) as db:
            _lock_device(db, intent.group, intent.device_name)
            earlier = find_submitted(db, submission, actor.username, intent.action, intent.group, intent.device_name)
            if earlier:
                return BegunChange(earlier.id, intent.group, earlier=earlier)
            rival = find_rival(db, intent, since) if since else None
            prepared = intent if rival or part is None else part.prepare(db, intent)
            if prepared is None:
                rival = Rival(actor.username, now, is_lost=False)  # another form for the same part was sent
            change_id = _add(db, prepared or intent, actor, now, submission, note)
            begun = BegunChange(change_id, intent.group, part, rival)
            if rival:
                _conclude(db, begun.id, now, Result.REFUSED, Reason.CHANGE_IN_PROGRESS, {"by": rival.by})
            elif part:
                part.attach(db, begun.id)
            bump(db, intent.group)
        return begun

    def record(
        self, intent: Intent, actor: Actor, now: datetime, result: Result, reason: Reason | None = None, **params: Param
    ) -> None:
        """Write an event with its outcome."""
        with writing(self._engine) as db:
            _conclude(db, _add(db, intent, actor, now), now, result, reason, params)
            if intent.action is Action.MARK_REBOOTED:
                bump(db, intent.group)  # lists say which devices wait for a reboot

    def finish(
        self, begun: BegunChange, now: datetime, result: Result, reason: Reason | None = None, **params: Param
    ) -> None:
        with writing(self._engine) as db:
            _conclude(db, begun.id, now, result, reason, params)
            if begun.part:
                begun.part.finish(db, result)
            bump(db, begun.group)  # lists say which devices wait for a reboot, and that hangs on the outcome

    def reconcile(self, change_id: int, group: GroupRef, now: datetime, result: Result, reason: Reason) -> None:
        """Write the outcome that a later reading showed, unless another reader was first."""
        with suppress(IntegrityError), writing(self._engine) as db:
            _conclude(db, change_id, now, result, reason, {}, settles=True)
            settle_item(db, change_id, result, now)
            mark_stale(db, group)  # a list may have been read before the change arrived

    def find_submitted(
        self, submission: str, username: str, action: Action, group: GroupRef, device_name: str
    ) -> EarlierChange | None:
        """Return what this form did to the device before; None if nothing, or if that was undone."""
        with reading(self._engine) as db:
            return find_submitted(db, submission, username, action, group, device_name)

    def find_outcome(self, change_id: int) -> EarlierChange:
        """Return a change with its last outcome."""
        statement = select(Outcome).where(Outcome.change_id == change_id).order_by(Outcome.id.desc()).limit(1)
        with reading(self._engine) as db:
            return to_earlier(change_id, db.scalars(statement).first())

    def correct(self, change_id: int, group: GroupRef, device_name: str, now: datetime) -> None:
        """Write that a change was made after all, unless another reader was first."""
        with writing(self._engine) as db:
            _lock_device(db, group, device_name)
            if is_undone(db, change_id):
                _conclude(db, change_id, now, Result.APPLIED, Reason.ARRIVED_LATE, {})
                settle_item(db, change_id, Result.APPLIED, now)
                mark_stale(db, group)

    def list_unsettled_writes(
        self, group: GroupRef, device_name: str, undone_since: datetime
    ) -> Sequence[tuple[Change, Outcome | None]]:
        """Return the open changes of a device, and those since then that were seen as not made, newest first."""
        with reading(self._engine) as db:
            return list_unsettled(db, group, device_name, undone_since)

    def has_event(self, action: Action, actor: Actor, reason: Reason, since: datetime) -> bool:
        """Return True if such an event of the same name and address was recorded since then."""
        statement = (
            select(Change.id)
            .join(Outcome, Outcome.change_id == Change.id)
            .where(Change.username == actor.username, Change.at >= since, Change.action == action)
            .where(Change.address == actor.address, Outcome.reason == reason)
            .limit(1)
        )
        with reading(self._engine) as db:
            return db.scalar(statement) is not None

    def find_group(self, username: str) -> GroupRef | None:
        """Return the group of an account when it last signed in; None if it never did."""
        statement = (
            select(Change.tenant_id, Change.group_id)
            .join(Outcome, Outcome.change_id == Change.id)
            .where(Change.username == username, Change.action == Action.SIGN_IN, Outcome.outcome == Result.APPLIED)
            .order_by(Change.id.desc())
            .limit(1)
        )
        with reading(self._engine) as db:
            row = db.execute(statement).first()
        return GroupRef(*row) if row else None

    def reboot_pending_since(self, group: GroupRef, device_name: str | None = None) -> Mapping[str, datetime]:
        """Return by device when it last got a change that needs a reboot, if no reboot was accepted since."""
        statement = PENDING_IN_GROUP if device_name is None else PENDING_OF_DEVICE
        with self._engine.connect() as connection:
            return dict(iter(connection.execute(statement, {**asdict(group), "device_name": device_name})))

    def list_changes(
        self, group: GroupRef, device_name: str, *actions: Action
    ) -> Sequence[tuple[Change, Outcome | None]]:
        """Return the newest hundred of a device, newest first, each with its last outcome (None: not known yet)."""
        statement = (
            with_last_outcome()
            .filter_by(**asdict(group), device_name=device_name)
            .order_by(Change.id.desc())
            .limit(100)
        )
        if actions:
            statement = statement.where(Change.action.in_(actions))
        with reading(self._engine) as db:
            return [(change, outcome) for change, outcome in db.execute(statement)]


def last_result(change_id: SQLColumnExpression[int] | SQLColumnExpression[int | None]) -> ColumnElement[str]:
    """Return the last outcome of a change; UNKNOWN while there is none."""
    outcome = aliased(Outcome)
    last = select(outcome.outcome).where(outcome.change_id == change_id).order_by(outcome.id.desc()).limit(1)
    return func.coalesce(last.correlate_except(outcome).scalar_subquery(), Result.UNKNOWN)


def with_last_outcome() -> Select[Change, Outcome | None]:
    """Select changes, each with its last outcome; None: not known yet."""
    last = (
        select(Outcome.id)
        .where(Outcome.change_id == Change.id)
        .order_by(Outcome.id.desc())
        .limit(1)
        .correlate(Change)
        .scalar_subquery()
    )
    return select(Change, Outcome).outerjoin(Outcome, Outcome.id == last)


def _lock_device(db: Session, group: GroupRef, device_name: str) -> None:
    acquire_locks(db.connection(), repr(("begin", group, device_name)))


def _add(db: Session, intent: Intent, actor: Actor, now: datetime, submission: str = "", note: str = "") -> int:
    change = Change(
        at=now,
        submission=submission or None,
        note=note or None,
        request_id=actor.request_id,
        username=actor.username,
        role=actor.role,
        by_service_account=actor.by_service_account,
        address=actor.address,
        action=intent.action,
        tenant_id=intent.group.tenant_id,
        group_id=intent.group.group_id,
        device_name=intent.device_name,
        before=dict(intent.before),
        after=dict(intent.after),
        needs_reboot=intent.needs_reboot,
    )
    db.add(change)
    db.flush()
    return change.id


def _conclude(
    db: Session,
    change_id: int,
    now: datetime,
    result: Result,
    reason: Reason | None,
    params: Mapping[str, Param],
    *,
    settles: bool = False,
) -> None:
    db.add(Outcome(change_id=change_id, at=now, outcome=result, reason=reason, params=dict(params), settles=settles))
