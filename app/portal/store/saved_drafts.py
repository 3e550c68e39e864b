"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.store.expiry import KEPT_FOR
from app.portal.store.tables import SavedDraft

# Of one user: whoever holds the cookie of a session that is over can send any number of forms.
MOST_BYTES = 1 << 24  # as they are encrypted
_MOST_ROWS = 100

Fields = Sequence[tuple[str, str]]


class SavedDrafts:
    """Keeps the newest of each user, up to MOST_BYTES, for an hour."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Return the id of the stored form."""
        draft_id = secrets.token_urlsafe(32)
        with writing(self._engine) as db:
            _make_room(db, username, now)
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
        if row is None or row.fields is None:  # gone, or no key opens it
            return None
        return [(name, value) for name, value in row.fields]


def _make_room(db: Session, username: str, now: datetime) -> None:
    """Delete expired rows, and the oldest of a user that are too many, or too many bytes, for one more."""
    db.execute(delete(SavedDraft).where(SavedDraft.kept_at < now - KEPT_FOR))
    newest_first = (
        select(SavedDraft.id, func.length(SavedDraft.fields))
        .where(SavedDraft.username == username)
        .order_by(SavedDraft.kept_at.desc(), SavedDraft.id)
    )
    total, surplus = 0, []
    for number, (draft_id, size) in enumerate(db.execute(newest_first), start=1):
        total += size
        if total > MOST_BYTES or number >= _MOST_ROWS:
            surplus.append(draft_id)
    db.execute(delete(SavedDraft).where(SavedDraft.id.in_(surplus)))
