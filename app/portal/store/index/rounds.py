"""The state of the rounds that fill the index, and what they read next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import insert_if_missing, insert_or_update, snapshot, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexState
from app.portal.store.tables import Base, LongText

_BATCH = 20  # devices of a group, until another group has its turn
DETAILS_FOR = 86_400.0  # seconds, until what was read of a device is read again
_NOT_DUE = 3600.0  # seconds, after a group of which everything was read
_STATE = "round"
_NEW_TARGET = {"tried_at": None, "problem": "", "has_end_points": True, "people_due_at": 0.0, "details_due_at": 0.0}


@dataclass(frozen=True, kw_only=True)
class RoundState:
    """The round that goes on or was the last. Times are seconds since 1970 by the database's clock."""

    username: str  # of the account that reads
    started_at: float
    ended_at: float | None = None  # None while it goes on
    next_at: float = 0.0
    reread_before: float = 0.0  # what was read of devices before is read again


class RoundTarget(Base):
    """A tenant or, with a group id, a group that the account of the rounds sees, and how far it was read."""

    __tablename__ = "portal_round_targets"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    tried_at: Mapped[float | None] = mapped_column(index=True)
    problem: Mapped[str] = mapped_column(LongText)  # of the last try; "" where there was none
    has_end_points: Mapped[bool]  # one call tells the people of the whole group
    people_due_at: Mapped[float]  # device by device, where there is no such call
    details_due_at: Mapped[float]

    @property
    def group(self) -> GroupRef:
        return GroupRef(self.tenant_id, self.group_id)


class DeviceRound(StrEnum):
    """Parts that are read device by device."""

    PEOPLE = "people"
    DETAILS = "details"


_DUE: Mapping[DeviceRound, Any] = {
    DeviceRound.PEOPLE: RoundTarget.people_due_at,
    DeviceRound.DETAILS: RoundTarget.details_due_at,
}
_SEEN: Mapping[DeviceRound, Any] = {
    DeviceRound.PEOPLE: IndexedDevice.people_seen_at,
    DeviceRound.DETAILS: IndexedDevice.detail_seen_at,
}
_IS_GROUP = RoundTarget.group_id != ""


@dataclass(frozen=True)
class DeviceBatch:
    """Devices of a group whose reading is the oldest, or that were never read."""

    group: GroupRef
    names: Sequence[str]


class RoundStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, username: str) -> float | None:
        """Begin a round if the next is due, or go on with one. Return None if it is begun, else seconds until then.

        Another account may see other groups, so that its rounds begin anew.
        """
        with writing(self._engine) as db:
            now, state = self._clock.read(db), read_state(db)
            if state is None or state.username != username:
                db.execute(delete(RoundTarget))
                write_state(db, RoundState(username=username, started_at=now))
            elif state.ended_at is not None:
                if state.next_at > now:
                    return state.next_at - now
                write_state(db, replace(state, started_at=now, ended_at=None))
        return None

    def end(self, pause: float) -> None:
        """End the round. The next begins so many seconds after this one began, or later: details need time too."""
        with writing(self._engine) as db:
            now, state = self._clock.read(db), read_state(db)
            if state is not None and state.ended_at is None:
                took = now - state.started_at
                write_state(db, replace(state, ended_at=now, next_at=now + max(pause - took, took)))

    def set_targets(
        self, targets: Collection[GroupRef], within: str | None = None, *, is_complete: bool = True
    ) -> Sequence[GroupRef]:
        """Store the groups of a tenant or, without `within`, the tenants that the account sees.

        Return the groups that it saw before and, where these are all, sees no longer.
        """
        with writing(self._engine) as db:
            known = self._list_targets(db, within)
            rows = [{**asdict(target), **_NEW_TARGET} for target in targets if target not in known]
            insert_if_missing(db, RoundTarget, ("tenant_id", "group_id"), rows)
            return self._drop(db, known - set(targets)) if is_complete else ()

    def drop_target(self, target: GroupRef) -> Sequence[GroupRef]:
        """Take out what the platform no longer has. Return its groups."""
        with writing(self._engine) as db:
            return self._drop(db, {target})

    def next_target(self) -> GroupRef | None:
        """Return what this round has not read yet: first what was never tried, then what was tried longest ago.

        What a page has read meanwhile need not be read again.
        """
        of_group = and_(
            IndexedGroup.tenant_id == RoundTarget.tenant_id, IndexedGroup.group_id == RoundTarget.group_id, _IS_GROUP
        )
        with snapshot(self._engine) as db:
            state = read_state(db)
            began = state.started_at if state else 0.0
            target = db.scalar(
                select(RoundTarget)
                .outerjoin(IndexedGroup, of_group)
                .where(is_before(RoundTarget.tried_at, began), is_before(IndexedGroup.devices_seen_at, began))
                .order_by(RoundTarget.tried_at.is_not(None), RoundTarget.tried_at, RoundTarget.tenant_id)
                .order_by(RoundTarget.group_id)
                .limit(1)
            )
            return target.group if target else None

    def record_try(self, target: GroupRef, problem: str = "", *, has_end_points: bool = True) -> None:
        with writing(self._engine) as db:
            values = {"tried_at": self._clock.read(db), "problem": problem, "has_end_points": has_end_points}
            db.execute(update(RoundTarget).where(_is(target)).values(**values))

    def next_devices(self, kind: DeviceRound, exclude: Mapping[GroupRef, Collection[str]]) -> DeviceBatch | None:
        """Return some devices of the group that has waited longest; None where everything was read lately."""
        with writing(self._engine) as db:
            now = self._clock.read(db)
            while True:
                is_due = and_(_IS_GROUP, _DUE[kind] <= now)
                if kind is DeviceRound.PEOPLE:
                    is_due &= ~RoundTarget.has_end_points
                target = db.scalar(select(RoundTarget).where(is_due).order_by(_DUE[kind]).limit(1))
                if target is None:
                    return None
                names = self._find_devices(db, kind, target.group, exclude.get(target.group, ()), now)
                due_at = now if names else now + _NOT_DUE
                db.execute(update(RoundTarget).where(_is(target.group)).values({_DUE[kind].key: due_at}))
                if names:
                    return DeviceBatch(target.group, names)

    def _find_devices(
        self, db: Session, kind: DeviceRound, group: GroupRef, exclude: Collection[str], now: float
    ) -> Sequence[str]:
        seen_at, state = _SEEN[kind], read_state(db)
        reread_before = state.reread_before if state else 0.0
        statement = (
            select(IndexedDevice.device_name)
            .filter_by(tenant_id=group.tenant_id, group_id=group.group_id)
            .where(is_before(seen_at, max(now - DETAILS_FOR, reread_before)))
            .where(IndexedDevice.device_name.not_in(exclude))
            .order_by(seen_at.is_not(None), seen_at, IndexedDevice.device_name)
            .limit(_BATCH)
        )
        return db.scalars(statement).all()

    def _list_targets(self, db: Session, within: str | None) -> set[GroupRef]:
        is_listed = RoundTarget.group_id == "" if within is None else and_(RoundTarget.tenant_id == within, _IS_GROUP)
        return {target.group for target in db.scalars(select(RoundTarget).where(is_listed))}

    def _drop(self, db: Session, targets: Collection[GroupRef]) -> Sequence[GroupRef]:
        groups: list[GroupRef] = []
        for target in targets:
            is_part = _is(target) if target.group_id else RoundTarget.tenant_id == target.tenant_id
            groups += [row.group for row in db.scalars(select(RoundTarget).where(is_part, _IS_GROUP))]
            db.execute(delete(RoundTarget).where(is_part))
        return groups


def read_state(db: Session) -> RoundState | None:
    row = db.get(IndexState, _STATE)
    return RoundState(**row.value) if row else None


def write_state(db: Session, state: RoundState) -> None:
    row = {"value": asdict(state)}
    insert_or_update(db, IndexState, {"name": _STATE}, row, row)


def _is(target: GroupRef) -> ColumnElement[bool]:
    return and_(RoundTarget.tenant_id == target.tenant_id, RoundTarget.group_id == target.group_id)


def is_before(column: Any, moment: Any) -> ColumnElement[bool]:
    return or_(column.is_(None), column < moment)
