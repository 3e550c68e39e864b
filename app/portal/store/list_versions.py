"""One number for each group that rises around each write, seen by all workers."""

from dataclasses import asdict

from sqlalchemy import ColumnElement, Engine, and_, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.database import writing
from app.portal.places import Place
from app.portal.store.tables import ListVersion

# Asked for with every list that is shown, so it is put together once, and read without an ORM session.
_VERSION = select(ListVersion.version).where(
    ListVersion.tenant_id == bindparam("tenant_id"), ListVersion.group_id == bindparam("group_id")
)


class ListVersions:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self, place: Place) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(_VERSION, asdict(place)) or 0

    def rise(self, place: Place) -> None:
        if self._raised(place):
            return
        try:
            with writing(self._engine) as db:
                db.add(ListVersion(tenant_id=place.tenant_id, group_id=place.group_id, version=1))
        except IntegrityError:  # another worker was first
            self._raised(place)

    def _raised(self, place: Place) -> bool:
        statement = update(ListVersion).where(_of(place)).values(version=ListVersion.version + 1)
        with writing(self._engine) as db:
            return db.execute(statement.returning(ListVersion.version)).first() is not None


def _of(place: Place) -> ColumnElement[bool]:
    return and_(ListVersion.tenant_id == place.tenant_id, ListVersion.group_id == place.group_id)
