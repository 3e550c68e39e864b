"""Checks of a group, so that every worker and node knows how far one is, and none runs twice at a time."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Engine, and_, or_, update

from app.database import insert_or_update, snapshot, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.tables import IndexCheck

_DEAD_AFTER = 120.0  # seconds without a sign of it


@dataclass(frozen=True)
class CheckState:
    """`is_lost` if its process ended before it did."""

    total: int
    done: int
    is_running: bool
    is_lost: bool
    error: Mapping[str, Any] | None


class CheckStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, group: GroupRef, part: str, total: int) -> str | None:
        """Return the token of a check that begins; None while another one runs."""
        token = secrets.token_hex(16)
        with writing(self._engine) as db:
            now = self._clock.read(db)
            values = {"token": token, "total": total, "done": 0, "seen_at": now, "is_running": True, "error": None}
            is_free = or_(~IndexCheck.is_running, IndexCheck.seen_at < now - _DEAD_AFTER)
            is_begun = insert_or_update(db, IndexCheck, _key(group, part), values, values, where=is_free)
        return token if is_begun else None

    def advance(self, group: GroupRef, part: str, token: str, done: int) -> bool:
        """Record how far the check is. Return False if it was stopped."""
        return self._update(group, part, token, done=done)

    def end(self, group: GroupRef, part: str, token: str, error: Mapping[str, Any] | None) -> None:
        self._update(group, part, token, is_running=False, error=None if error is None else dict(error))

    def stop(self, group: GroupRef, part: str) -> None:
        """Have the check of whichever process stop before its next devices."""
        with writing(self._engine) as db:
            db.execute(update(IndexCheck).filter_by(**_key(group, part)).values(is_running=False))

    def load(self, group: GroupRef, part: str) -> CheckState | None:
        with snapshot(self._engine) as db:
            row = db.get(IndexCheck, tuple(_key(group, part).values()))
            if row is None:
                return None
            is_lost = row.is_running and row.seen_at < self._clock.read(db) - _DEAD_AFTER
            return CheckState(row.total, row.done, row.is_running and not is_lost, is_lost, row.error)

    def _update(self, group: GroupRef, part: str, token: str, **values: Any) -> bool:
        with writing(self._engine) as db:
            values["seen_at"] = self._clock.read(db)
            is_own = and_(IndexCheck.token == token, IndexCheck.is_running)
            statement = update(IndexCheck).filter_by(**_key(group, part)).where(is_own).values(**values)
            return cast(CursorResult[Any], db.execute(statement)).rowcount == 1


def _key(group: GroupRef, part: str) -> dict[str, str]:
    return {**asdict(group), "part": part}
