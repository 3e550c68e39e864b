"""Since when the devices of a group have their status, as far as readings showed it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

from sqlalchemy import Engine, select

from app.database import reading
from app.portal.domain.refs import GroupRef
from app.portal.store.index.tables import IndexedDevice

_MOST_NAMES = 500  # of a query; beyond, the whole group is as quick


class StatusTime(NamedTuple):
    """A status that a reading first showed `since` then, in seconds since 1970, and each since then."""

    device_name: str
    status: str
    since: float


class StatusTimes:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, group: GroupRef, names: Collection[str]) -> Mapping[str, StatusTime]:
        """Return what is known of these devices, by name."""
        statement = select(IndexedDevice.device_name, IndexedDevice.status, IndexedDevice.status_since)
        statement = statement.filter_by(**asdict(group))
        if len(names) <= _MOST_NAMES:
            statement = statement.where(IndexedDevice.device_name.in_(names))
        with reading(self._engine) as db:
            return {row.device_name: StatusTime(*row) for row in db.execute(statement)}

    def load_longest(self, group: GroupRef, status: str, most: int) -> Sequence[StatusTime]:
        """Return those devices that have a status for longest, the longest first."""
        statement = select(IndexedDevice.device_name, IndexedDevice.status, IndexedDevice.status_since)
        statement = statement.filter_by(**asdict(group), status=status)
        with reading(self._engine) as db:
            rows = db.execute(statement.order_by(IndexedDevice.status_since, IndexedDevice.device_name).limit(most))
            return [StatusTime(*row) for row in rows]
