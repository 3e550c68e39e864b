"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select

from app.database import reading, writing
from app.portal.store.tables import KeptForm
from app.portal.store.vault import Vault

KEPT_FOR = timedelta(hours=1)
_MOST_OF_ONE_PERSON = 5  # whoever holds the cookie of a session that is over can send any number of them

Fields = Sequence[tuple[str, str]]


class KeptForms:
    """A person's newest few, for an hour each."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Keep a form for its typist; returns the id that finds it again."""
        kept_id = secrets.token_urlsafe(32)
        sealed = self._vault.seal(list(fields))
        newest = (
            select(KeptForm.id)
            .where(KeptForm.username == username)
            .order_by(KeptForm.kept_at.desc(), KeptForm.id)
            .limit(_MOST_OF_ONE_PERSON - 1)
        )
        with writing(self._engine) as db:
            too_many = (KeptForm.username == username) & KeptForm.id.not_in(newest)
            db.execute(delete(KeptForm).where(or_(KeptForm.kept_at < now - KEPT_FOR, too_many)))
            db.add(KeptForm(id=kept_id, username=username, path=path, fields=sealed, kept_at=now))
        return kept_id

    def find(self, kept_id: str, username: str, path: str, now: datetime) -> list[tuple[str, str]] | None:
        """The fields, for the same person on the same page only."""
        statement = select(KeptForm).where(
            KeptForm.id == kept_id,
            KeptForm.username == username,
            KeptForm.path == path,
            KeptForm.kept_at >= now - KEPT_FOR,
        )
        with reading(self._engine) as db:
            row = db.scalar(statement)
        fields = self._vault.open(row.fields) if row else None
        return [(name, value) for name, value in fields] if fields else None
