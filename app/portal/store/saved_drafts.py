"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select

from app.database import reading, writing
from app.portal.store.expiry import KEPT_FOR, make_room
from app.portal.store.tables import SavedDraft

_MOST_OF_ONE_USER = 5  # whoever holds the cookie of a session that is over can send any number of them

Fields = Sequence[tuple[str, str]]


class SavedDrafts:
    """Keeps the newest five of each user, for an hour."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Return the id of the stored form."""
        draft_id = secrets.token_urlsafe(32)
        with writing(self._engine) as db:
            make_room(db, SavedDraft, username, _MOST_OF_ONE_USER, now)
            db.add(SavedDraft(id=draft_id, username=username, path=path, fields=list(fields), kept_at=now))
        return draft_id

    def find(self, draft_id: str, username: str, path: str, now: datetime) -> list[tuple[str, str]] | None:
        """Return the fields for the same user and page only."""
        statement = (
            select(SavedDraft)
            .filter_by(id=draft_id, username=username, path=path)
            .where(SavedDraft.kept_at >= now - KEPT_FOR)
        )
        with reading(self._engine) as db:
            row = db.scalar(statement)
        return [(name, value) for name, value in row.fields or []] if row else None
