"""The platform's last answer to each session about a group, which decides whether the session is shown its list."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, delete, select

from app.database import insert_or_update, reading, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.list_tables import Confirmation

_KEPT_FOR = 86_400.0  # seconds


class Confirmations:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def confirm(self, session_id: int, group: GroupRef) -> None:
        self._record(session_id, group, confirmed_at=self._clock.column, error=None)

    def refuse(self, session_id: int, group: GroupRef, error: Mapping[str, Any]) -> None:
        """Record that the platform does not let the session see the group."""
        self._record(session_id, group, confirmed_at=None, error=dict(error))

    def record_silence(self, session_id: int, group: GroupRef, error: Mapping[str, Any]) -> None:
        """Record that the platform gave no answer: what it confirmed before holds."""
        self._record(session_id, group, error=dict(error))

    def age(self, session_id: int, group: GroupRef) -> float | None:
        """Return how many seconds ago the platform confirmed the session; None if it did not, or took it back."""
        statement = select(self._clock.column - Confirmation.confirmed_at)
        with reading(self._engine) as db:
            of_session = statement.filter_by(session_id=session_id, **asdict(group))
            return db.scalar(of_session, self._clock.parameters)

    def _record(self, session_id: int, group: GroupRef, **values: Any) -> None:
        key, values = {"session_id": session_id, **asdict(group)}, {**values, "answered_at": self._clock.column}
        is_old = Confirmation.answered_at < self._clock.column - _KEPT_FOR
        with writing(self._engine) as db:
            db.execute(delete(Confirmation).where(is_old), self._clock.parameters)
            insert_or_update(db, Confirmation, key, values, values, parameters=self._clock.parameters)
