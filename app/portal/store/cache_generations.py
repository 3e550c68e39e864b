"""A number per group that is raised before and after each write, so that no worker shows an older list."""

from dataclasses import asdict

from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.orm import Session

from app.database import writing
from app.portal.domain.refs import GroupRef
from app.portal.store.tables import CacheGeneration, LongText

# Asked for with every list that is shown, so it is put together once, and read without an ORM session.
_VERSION = select(CacheGeneration.version).where(
    CacheGeneration.tenant_id == bindparam("tenant_id"), CacheGeneration.group_id == bindparam("group_id")
)
_BUMP = text(
    "INSERT INTO portal_list_versions AS known (tenant_id, group_id, version) VALUES (:tenant_id, :group_id, 1)"
    " ON CONFLICT (tenant_id, group_id) DO UPDATE SET version = known.version + 1 RETURNING version"
).bindparams(bindparam("tenant_id", type_=LongText()), bindparam("group_id", type_=LongText()))


class CacheGenerations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self, group: GroupRef) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(_VERSION, asdict(group)) or 0

    def bump(self, group: GroupRef) -> None:
        with writing(self._engine) as db:
            bump(db, group)


def bump(db: Session, group: GroupRef) -> int:
    """Raise the number of a group and return it.

    Call it last: others who raise it wait until this transaction has ended.
    """
    return int(db.execute(_BUMP, asdict(group)).scalar_one())


def current_generation(db: Session, group: GroupRef) -> int:
    return db.scalar(_VERSION, asdict(group)) or 0
