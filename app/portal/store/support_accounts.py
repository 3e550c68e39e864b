"""Which system admins are support in the portal; the backend knows no such role."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app.database import acquire_locks, reading, writing
from app.portal.store.tables import SupportAccount


class SupportAccounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def includes(self, username: str) -> bool:
        """Whatever its case: who signs in under another spelling of the name must not be more than support."""
        with reading(self._engine) as db:
            return bool(_spellings(db, username))

    def all(self) -> Sequence[SupportAccount]:
        with reading(self._engine) as db:
            return db.scalars(select(SupportAccount).order_by(SupportAccount.username)).all()

    def add(self, username: str, named_by: str, now: datetime) -> bool:
        """True if the name is new."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), "portal_support_names")
            if _spellings(db, username):
                return False
            db.add(SupportAccount(username=username, named_at=now, named_by=named_by))
            return True

    def remove(self, username: str) -> bool:
        """True if the name was there, in whatever case."""
        with writing(self._engine) as db:
            named = delete(SupportAccount).where(SupportAccount.username.in_(_spellings(db, username)))
            return db.execute(named.returning(SupportAccount.username)).first() is not None


def _spellings(db: Session, username: str) -> Sequence[str]:
    """As which the name was given."""
    return [name for name in db.scalars(select(SupportAccount.username)) if name.casefold() == username.casefold()]
