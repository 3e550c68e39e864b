"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select

from app.database import reading, writing
from app.portal.store.encryption import Cipher
from app.portal.store.tables import SavedDraft

KEPT_FOR = timedelta(hours=1)
_MOST_OF_ONE_PERSON = 5  # whoever holds the cookie of a session that is over can send any number of them

Fields = Sequence[tuple[str, str]]


class SavedDrafts:
    """A person's newest few, for an hour each."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._cipher = cipher

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Keep a form for its typist; returns the id that finds it again."""
        draft_id = secrets.token_urlsafe(32)
        sealed = self._cipher.encrypt(list(fields))
        newest = (
            select(SavedDraft.id)
            .where(SavedDraft.username == username)
            .order_by(SavedDraft.kept_at.desc(), SavedDraft.id)
            .limit(_MOST_OF_ONE_PERSON - 1)
        )
        with writing(self._engine) as db:
            too_many = (SavedDraft.username == username) & SavedDraft.id.not_in(newest)
            db.execute(delete(SavedDraft).where(or_(SavedDraft.kept_at < now - KEPT_FOR, too_many)))
            db.add(SavedDraft(id=draft_id, username=username, path=path, fields=sealed, kept_at=now))
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
        fields = self._cipher.decrypt(row.fields) if row else None
        return [(name, value) for name, value in fields] if fields else None
