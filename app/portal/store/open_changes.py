"""Changes whose outcome is not known for good: those that stand in the way of another, and a form's own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.portal.domain.audit import UNDONE, WRITES, Action, Intent, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.store.tables import Change, Outcome

_CAN_BE_SEEN = tuple(action for action in WRITES if action is not Action.REBOOT)  # by reading the device later
_WHOLE_DEVICE = frozenset({Action.CREATE, Action.DELETE})


@dataclass(frozen=True)
class Rival:
    """An earlier change that may still take effect. `is_lost`: it was sent, but its answer never came."""

    by: str
    at: datetime
    is_lost: bool


@dataclass(frozen=True)
class EarlierChange:
    """The change that the same form made before; without `result` while it has none."""

    id: int
    result: Result | None
    reason: Reason | None
    params: Mapping[str, Any]


def is_open(change: type[Change] = Change) -> ColumnElement[bool]:
    """True while the outcome of a change is unknown and a later reading may still tell it."""
    known = aliased(Outcome)
    settled = exists().where(known.change_id == change.id, or_(known.outcome != Result.UNKNOWN, known.settles))
    return ~settled.correlate(change)


def _was_seen_undone() -> ColumnElement[bool]:
    """True of the row of an outcome by which a reading showed a change of late as not made, if it stands."""
    known = aliased(Outcome)
    corrected = exists().where(known.change_id == Change.id, known.outcome == Result.APPLIED).correlate(Change)
    return and_(Change.at > bindparam("undone_since"), Outcome.outcome == Result.NOT_APPLIED, ~corrected)


_UNSETTLED = (
    select(Change, Outcome)
    .outerjoin(Outcome, Outcome.change_id == Change.id)
    .where(Change.tenant_id == bindparam("tenant_id"), Change.group_id == bindparam("group_id"))
    .where(Change.device_name == bindparam("device_name"), Change.action.in_(_CAN_BE_SEEN))
    .where(or_(is_open(), _was_seen_undone()))
    .order_by(Change.id.desc())
)


def find_rival(db: Session, intent: Intent, since: datetime) -> Rival | None:
    """Return a change of the same that began after `since` and has no outcome yet, or lost its answer.

    One that is known is not in the way: the recheck sees its effect.
    """
    if intent.action is Action.REBOOT:
        return None
    for other, outcome in list_unsettled(db, intent.group, intent.device_name, undone_since=since):
        is_settled = outcome is not None and outcome.outcome == Result.NOT_APPLIED
        if other.at > since and not is_settled and _touches_same(intent, other):
            return Rival(other.username, other.at, is_lost=outcome is not None)
    return None


def list_unsettled(
    db: Session, group: GroupRef, device_name: str, undone_since: datetime
) -> Sequence[tuple[Change, Outcome | None]]:
    """Return the open changes of a device, and those since then that a reading showed as not made, newest first."""
    place = {**_device(group, device_name), "undone_since": undone_since}
    return [(change, outcome) for change, outcome in db.execute(_UNSETTLED, place)]


def is_undone(db: Session, change_id: int) -> bool:
    """Return True if the last outcome of a change is that a reading showed it as not made."""
    last = select(Outcome.outcome).where(Outcome.change_id == change_id).order_by(Outcome.id.desc()).limit(1)
    return db.scalar(last) == Result.NOT_APPLIED


def find_submitted(
    db: Session, submission: str, username: str, action: Action, group: GroupRef, device_name: str
) -> EarlierChange | None:
    """Return what this form did to the device before; None if nothing, or if that was undone: it may try again."""
    statement = (
        select(Change, Outcome)
        .outerjoin(Outcome, Outcome.change_id == Change.id)
        .where(Change.submission == submission, Change.username == username, Change.action == action)
        .filter_by(**_device(group, device_name))
        .order_by(Change.id.desc(), Outcome.id.desc())
        .limit(1)
    )
    row = db.execute(statement).first() if submission else None
    if row is None or (row.Outcome and row.Outcome.outcome in UNDONE):
        return None
    return to_earlier(row.Change.id, row.Outcome)


def to_earlier(change_id: int, outcome: Outcome | None) -> EarlierChange:
    if outcome is None:
        return EarlierChange(change_id, None, None, {})
    reason = Reason(outcome.reason) if outcome.reason else None
    return EarlierChange(change_id, Result(outcome.outcome), reason, outcome.params)


def _touches_same(intent: Intent, other: Change) -> bool:
    """Return True if one of the two could undo the other: the parts of a device do not touch each other."""
    if {intent.action, other.action} & _WHOLE_DEVICE:
        return True
    return other.action == intent.action and other.after.get("file_format") == intent.after.get("file_format")


def _device(group: GroupRef, device_name: str) -> dict[str, str]:
    return {**asdict(group), "device_name": device_name}
