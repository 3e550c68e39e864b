"""What the portal did to the backend: an intent before each write, an outcome after it. Append only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, select

from app.database import reading, writing
from app.portal.places import Place
from app.portal.store.tables import Change, Outcome


class Action(StrEnum):
    CREATE = "device:create"
    DELETE = "device:delete"
    EDIT = "device:edit"
    REBOOT = "device:reboot"
    FILE = "files:edit"
    LINES = "lines:edit"


class Result(StrEnum):
    """What became of a write. Unknown: the answer was lost and no read can tell, or none succeeded."""

    APPLIED = "applied"
    REFUSED = "refused"
    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks for a change, and from where."""

    username: str
    role: str
    address: str
    request_id: str


@dataclass(frozen=True)
class Intent:
    """One write about to be made; `before` and `after` hold the fields it touches, secrets masked."""

    action: Action
    place: Place
    device_name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Ledger:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def intend(self, intent: Intent, actor: Actor, now: datetime) -> int:
        change = Change(
            at=now,
            request_id=actor.request_id,
            username=actor.username,
            role=actor.role,
            address=actor.address,
            action=intent.action,
            tenant_id=intent.place.tenant_id,
            group_id=intent.place.group_id,
            device_name=intent.device_name,
            before=dict(intent.before),
            after=dict(intent.after),
        )
        with writing(self._engine) as db:
            db.add(change)
            db.flush()
            return change.id

    def conclude(self, change_id: int, result: Result, detail: str, now: datetime) -> None:
        with writing(self._engine) as db:
            db.add(Outcome(change_id=change_id, at=now, outcome=result, detail=detail))

    def meant(self, intent: Intent, username: str, since: datetime) -> bool:
        """Whether this person had the same intent since then, and no outcome says that it came to nothing."""
        came_to_nothing = select(Outcome.change_id).where(Outcome.outcome.in_((Result.REFUSED, Result.NOT_APPLIED)))
        statement = (
            select(Change)
            .where(Change.username == username, Change.action == intent.action, Change.at >= since)
            .where(Change.tenant_id == intent.place.tenant_id, Change.group_id == intent.place.group_id)
            .where(Change.device_name == intent.device_name, Change.id.not_in(came_to_nothing))
        )
        with reading(self._engine) as db:
            return any(change.after == dict(intent.after) for change in db.scalars(statement))

    def of_device(self, place: Place, device_name: str, *actions: Action) -> Sequence[tuple[Change, Outcome | None]]:
        """The changes of a device, newest first, each with its last outcome (None: not known yet)."""
        newest = (
            select(Outcome.id)
            .where(Outcome.change_id == Change.id)
            .order_by(Outcome.id.desc())
            .limit(1)
            .correlate(Change)
            .scalar_subquery()
        )
        statement = (
            select(Change, Outcome)
            .outerjoin(Outcome, Outcome.id == newest)
            .where(Change.tenant_id == place.tenant_id, Change.group_id == place.group_id)
            .where(Change.device_name == device_name)
            .order_by(Change.id.desc())
            .limit(100)
        )
        if actions:
            statement = statement.where(Change.action.in_(actions))
        with reading(self._engine) as db:
            return [(change, outcome) for change, outcome in db.execute(statement)]
