"""The audit log: changes, their outcomes, and events of the portal itself. Append only.

Each entry is two rows: the change, written before a write to the backend, and its outcome, written after it. For an
event, which is over when it is recorded, both are written at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Engine, Select, SQLColumnExpression, and_, bindparam, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.database import acquire_locks, reading, writing
from app.portal.domain.audit import UNDONE, WRITES, Action, Actor, Intent, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import bump
from app.portal.store.tables import Change, Outcome

_CAN_BE_SEEN = tuple(action for action in WRITES if action is not Action.REBOOT)  # by reading the device later
_WRITE_OVER = (Action.EDIT, Action.FILE, Action.LINES)  # of two at once the later undoes the earlier
# A device that is new, or gone and perhaps made again, has nothing to catch up on.
_STARTS_ANEW = (Action.REBOOT, Action.CREATE, Action.DELETE)

Param = str | int  # of a reason


def is_open(change: type[Change] = Change) -> ColumnElement[bool]:
    """True while the outcome of a change is unknown and a later reading may still tell it."""
    known = aliased(Outcome)
    settled = exists().where(known.change_id == change.id, or_(known.outcome != Result.UNKNOWN, known.settles))
    return ~settled.correlate(change)


def waits_for_reboot() -> ColumnElement[bool]:
    """True of a change that its phone has only after a reboot, if none was accepted since."""
    done, later, answer = aliased(Outcome), aliased(Change), aliased(Outcome)
    started_anew = exists().where(
        (later.tenant_id == Change.tenant_id) & (later.group_id == Change.group_id),
        (later.device_name == Change.device_name) & (later.id > Change.id),
        later.action.in_(_STARTS_ANEW),
        (answer.change_id == later.id) & (answer.outcome == Result.APPLIED),
        # One sent while the change was still under way may have been too early for it.
        or_(answer.id > done.id, done.settles, answer.settles),
    )
    applied = exists().where(done.change_id == Change.id, done.outcome == Result.APPLIED)
    return and_(Change.needs_reboot, applied.where(~started_anew.correlate(Change, done)).correlate(Change))


_ANY = aliased(Change)


def _select_reboot_pending(*which: ColumnElement[bool]) -> Select[str, datetime]:
    """Select per device the newest applied change that waits for a reboot; older ones need no look."""
    newest, done = aliased(Change), aliased(Outcome)

    def in_group(change: type[Change]) -> ColumnElement[bool]:
        group = and_(change.tenant_id == bindparam("tenant_id"), change.group_id == bindparam("group_id"))
        return and_(group, change.needs_reboot)

    devices = select(_ANY.device_name).where(in_group(_ANY), *which).distinct().subquery()
    newest_id = (
        select(newest.id)
        .where(in_group(newest), newest.device_name == devices.c.device_name)
        .where(exists().where(done.change_id == newest.id, done.outcome == Result.APPLIED).correlate(newest))
        .order_by(newest.id.desc())
        .limit(1)
        .correlate(devices)
        .scalar_subquery()
    )
    return (
        select(Change.device_name, Change.at)
        .select_from(devices)
        .join(Change, Change.id == newest_id)
        .where(waits_for_reboot())
    )


# Asked with every page, so built once.
_PENDING_IN_GROUP = _select_reboot_pending()
_PENDING_OF_DEVICE = _select_reboot_pending(_ANY.device_name == bindparam("device_name"))
_OPEN = (
    select(Change, Outcome)
    .outerjoin(Outcome, Outcome.change_id == Change.id)
    .where(Change.tenant_id == bindparam("tenant_id"), Change.group_id == bindparam("group_id"))
    .where(Change.device_name == bindparam("device_name"), Change.action.in_(_CAN_BE_SEEN), is_open())
    .order_by(Change.id.desc())
)


class ChangePart(Protocol):
    """Rows that a change writes beside its entry, in the same transactions."""

    def prepare(self, db: Session, intent: Intent) -> Intent | None:
        """Write what precedes the entry and return the completed intent; None if another change claims the part."""

    def attach(self, db: Session, change_id: int) -> None: ...

    def finish(self, db: Session, result: Result) -> None: ...


@dataclass(frozen=True)
class BegunChange:
    """A change without an outcome yet; if `rival`, a user whose change of the same is open, it was refused at once."""

    id: int
    group: GroupRef
    part: ChangePart | None
    rival: str | None


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
    ) -> BegunChange:
        """Write a change and its part, before the backend is called.

        The change is refused at once if another one of the same began after `since` and has no outcome, or claims
        the part. Changes of one device begin one after the other, so each sees all earlier ones.
        """
        with writing(self._engine) as db:
            acquire_locks(db.connection(), repr(("begin", intent.group, intent.device_name)))
            rival = _find_rival(db, intent, since) if since else None
            prepared = intent if rival or part is None else part.prepare(db, intent)
            if prepared is None:
                rival = actor.username  # the same form was sent twice
            begun = BegunChange(_add(db, prepared or intent, actor, now), intent.group, part, rival)
            if rival:
                _conclude(db, begun.id, now, Result.REFUSED, Reason.CHANGE_IN_PROGRESS, {"by": rival})
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
            bump(db, group)

    def list_open_writes(self, group: GroupRef, device_name: str) -> Sequence[tuple[Change, Outcome | None]]:
        """Return the open changes of a device, newest first."""
        with reading(self._engine) as db:
            rows = db.execute(_OPEN, {**asdict(group), "device_name": device_name})
            return [(change, outcome) for change, outcome in rows]

    def has_recent_duplicate(self, intent: Intent, username: str, since: datetime) -> bool:
        """Return True if this user had the same intent since then and it was not refused or undone."""
        statement = (
            select(Change)
            .where(Change.username == username, Change.action == intent.action, Change.at >= since)
            .filter_by(**asdict(intent.group), device_name=intent.device_name)
            .where(last_result(Change.id).not_in(UNDONE))
        )
        with reading(self._engine) as db:
            return any(change.after == dict(intent.after) for change in db.scalars(statement))

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
        statement = _PENDING_IN_GROUP if device_name is None else _PENDING_OF_DEVICE
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


def _find_rival(db: Session, intent: Intent, since: datetime) -> str | None:
    """Return who has an open change of the same. A finished one is not in the way: the recheck sees its effect."""
    if intent.action not in _WRITE_OVER:
        return None
    for other, outcome in db.execute(_OPEN, {**asdict(intent.group), "device_name": intent.device_name}):
        is_same = other.action == intent.action and other.after.get("file_format") == intent.after.get("file_format")
        if is_same and outcome is None and other.at > since:
            return other.username
    return None


def _add(db: Session, intent: Intent, actor: Actor, now: datetime) -> int:
    change = Change(
        at=now,
        request_id=actor.request_id,
        username=actor.username,
        role=actor.role,
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
