"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select

from app.database import reading, writing
from app.portal.store.tables import SavedDraft

KEPT_FOR = timedelta(hours=1)
_MOST_OF_ONE_PERSON = 5  # whoever holds the cookie of a session that is over can send any number of them

Fields = Sequence[tuple[str, str]]


class SavedDrafts:
    """A person's newest few, for an hour each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Keep a form for its typist; returns the id that finds it again."""
        draft_id = secrets.token_urlsafe(32)
        newest = (
            select(SavedDraft.id)
            .where(SavedDraft.username == username)
            .order_by(SavedDraft.kept_at.desc(), SavedDraft.id)
            .limit(_MOST_OF_ONE_PERSON - 1)
        )
        with writing(self._engine) as db:
            too_many = (SavedDraft.username == username) & SavedDraft.id.not_in(newest)
            db.execute(delete(SavedDraft).where(or_(SavedDraft.kept_at < now - KEPT_FOR, too_many)))
            db.add(SavedDraft(id=draft_id, username=username, path=path, fields=list(fields), kept_at=now))
        return draft_id

    def find(self, draft_id: str, username: str, path: str, now: datetime) -> list[tuple[str, str]] | None:
        """The fields, for the same person on the same page only."""
        statement = select(SavedDraft).where(
            SavedDraft.id == draft_id,
            SavedDraft.username == username,
            SavedDraft.path == path,
            SavedDraft.kept_at >= now - KEPT_FOR,
        )
        with reading(self._engine) as db:
            row = db.scalar(statement)
        return [(name, value) for name, value in row.fields] if row and row.fields else None
