"""One number for each group that rises around each write, seen by all workers."""

from dataclasses import asdict

from sqlalchemy import ColumnElement, Engine, and_, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.database import writing
from app.portal.domain.refs import GroupRef
from app.portal.store.tables import CacheGeneration

# Asked for with every list that is shown, so it is put together once, and read without an ORM session.
_VERSION = select(CacheGeneration.version).where(
    CacheGeneration.tenant_id == bindparam("tenant_id"), CacheGeneration.group_id == bindparam("group_id")
)


class CacheGenerations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self, group: GroupRef) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(_VERSION, asdict(group)) or 0

    def bump(self, group: GroupRef) -> None:
        if self._bumped(group):
            return
        try:
            with writing(self._engine) as db:
                db.add(CacheGeneration(tenant_id=group.tenant_id, group_id=group.group_id, version=1))
        except IntegrityError:  # another worker was first
            self._bumped(group)

    def _bumped(self, group: GroupRef) -> bool:
        statement = update(CacheGeneration).where(_of(group)).values(version=CacheGeneration.version + 1)
        with writing(self._engine) as db:
            return db.execute(statement.returning(CacheGeneration.version)).first() is not None


def _of(group: GroupRef) -> ColumnElement[bool]:
    return and_(CacheGeneration.tenant_id == group.tenant_id, CacheGeneration.group_id == group.group_id)
