"""Which system admins are support in the portal; the backend knows no such role."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.store.tables import SupportName


class Support:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def includes(self, username: str) -> bool:
        """Whatever its case: who signs in under another spelling of the name must not be more than support."""
        with reading(self._engine) as db:
            return _is_named(db, username)

    def all(self) -> Sequence[SupportName]:
        with reading(self._engine) as db:
            return db.scalars(select(SupportName).order_by(SupportName.username)).all()

    def add(self, username: str, named_by: str, now: datetime) -> bool:
        """True if the name is new."""
        with writing(self._engine) as db:
            if _is_named(db, username):
                return False
            db.add(SupportName(username=username, named_at=now, named_by=named_by))
            return True

    def remove(self, username: str) -> bool:
        """True if the name was there."""
        with writing(self._engine) as db:
            gone = db.execute(
                delete(SupportName).where(SupportName.username == username).returning(SupportName.username)
            )
            return gone.first() is not None


def _is_named(db: Session, username: str) -> bool:
    return username.casefold() in map(str.casefold, db.scalars(select(SupportName.username)))
