"""The share of the index that was read, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine, and_, func, select, update
from sqlalchemy.orm import Session

from app.database import snapshot, writing
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.rounds import DETAILS_FOR, RoundState, RoundTarget, is_before, read_state, write_state
from app.portal.store.index.tables import IndexedDevice, IndexedGroup

_PROBLEMS = 10  # that are listed


@dataclass(frozen=True)
class ReadPart:
    """So many of all were read, the one that waits longest so many seconds ago; None where none was."""

    read: int
    total: int
    oldest: float | None


@dataclass(frozen=True)
class TargetProblem:
    """A tenant or a group that could not be read."""

    tenant_id: str
    group_id: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class IndexProgress:
    """Seconds: `next_in` until the next round begins; None where one goes on or none ever began."""

    lists: ReadPart
    people: ReadPart
    details: ReadPart
    files: ReadPart
    tags: ReadPart
    next_in: float | None
    groups_left: int  # in the round that goes on or is due
    devices_left: int  # whose details are missing, or of a day ago
    problems: Sequence[TargetProblem] = ()


class IndexProgressStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self) -> IndexProgress:
        with snapshot(self._engine) as db:
            now = self._clock.read(db)
            state = read_state(db) or RoundState(username="", started_at=0.0)
            is_under_way = state.ended_at is None
            is_due = not is_under_way and state.next_at <= now
            is_group = IndexedGroup.group_id != ""
            return IndexProgress(
                lists=_count(db, now, IndexedGroup.devices_seen_at, is_group),
                people=_count(db, now, IndexedGroup.people_seen_at, is_group),
                details=_count(db, now, IndexedDevice.detail_seen_at),
                files=_count(db, now, IndexedDevice.files_seen_at),
                tags=_count(db, now, IndexedDevice.tags_seen_at),
                next_in=None if is_under_way else max(0.0, state.next_at - now),
                groups_left=_count_groups_left(db, now if is_due else state.started_at),
                devices_left=_count_devices_left(db, max(now - DETAILS_FOR, state.reread_before)),
                problems=_list_problems(db),
            )

    def mark_unread(self) -> None:
        """Have the next rounds read everything again; what is known stays until then."""
        with writing(self._engine) as db:
            now = self._clock.read(db)
            state = read_state(db)
            if state:
                write_state(db, replace(state, ended_at=now, next_at=now, reread_before=now))
            db.execute(update(RoundTarget).values(people_due_at=0.0, details_due_at=0.0))
            db.execute(update(IndexedGroup).values(devices_digest=None, people_digest=None))


def _count(db: Session, now: float, seen_at: Any, *where: Any) -> ReadPart:
    statement = select(func.count(seen_at), func.count(), func.min(seen_at)).select_from(seen_at.class_).where(*where)
    read, total, oldest = db.execute(statement).one()
    return ReadPart(read, total, None if oldest is None else max(0.0, now - oldest))


def _count_groups_left(db: Session, started_at: float) -> int:
    is_left = is_before(RoundTarget.tried_at, started_at)
    return db.scalar(select(func.count()).select_from(RoundTarget).where(is_left)) or 0


def _count_devices_left(db: Session, before: float) -> int:
    is_left = is_before(IndexedDevice.detail_seen_at, before)
    return db.scalar(select(func.count()).select_from(IndexedDevice).where(is_left)) or 0


def _list_problems(db: Session) -> Sequence[TargetProblem]:
    has_problem = and_(RoundTarget.problem != "", RoundTarget.tried_at.is_not(None))
    rows = db.scalars(select(RoundTarget).where(has_problem).order_by(RoundTarget.tried_at.desc()).limit(_PROBLEMS))
    return [TargetProblem(row.tenant_id, row.group_id, row.problem) for row in rows]
