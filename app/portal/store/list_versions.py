"""One number for each group that rises around each write, seen by all workers."""

from sqlalchemy import ColumnElement, Engine, and_, select, update
from sqlalchemy.exc import IntegrityError

from app.database import reading, writing
from app.portal.places import Place
from app.portal.store.tables import ListVersion


class ListVersions:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self, place: Place) -> int:
        with reading(self._engine) as db:
            return db.scalar(select(ListVersion.version).where(_of(place))) or 0

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
