"""Typed forms that outlive the session they were typed in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from app.database import reading, writing
from app.portal.store.tables import KeptForm
from app.portal.store.vault import Vault

_KEPT_FOR = timedelta(hours=1)

Fields = Sequence[tuple[str, str]]


class KeptForms:
    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def keep(self, username: str, path: str, fields: Fields, now: datetime) -> str:
        """Keep a form for its typist; returns the id that finds it again."""
        kept_id = secrets.token_urlsafe(32)
        with writing(self._engine) as db:
            db.execute(delete(KeptForm).where(KeptForm.kept_at < now - _KEPT_FOR))
            sealed = self._vault.seal(list(fields))
            db.add(KeptForm(id=kept_id, username=username, path=path, fields=sealed, kept_at=now))
        return kept_id

    def find(self, kept_id: str, username: str, path: str, now: datetime) -> list[tuple[str, str]] | None:
        """The fields, for the same person on the same page only."""
        statement = select(KeptForm).where(
            KeptForm.id == kept_id,
            KeptForm.username == username,
            KeptForm.path == path,
            KeptForm.kept_at >= now - _KEPT_FOR,
        )
        with reading(self._engine) as db:
            row = db.scalar(statement)
        fields = self._vault.open(row.fields) if row else None
        return [(name, value) for name, value in fields] if fields else None
