"""One device as readings showed it last."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, select

from app.database import snapshot
from app.portal.domain.refs import GroupRef
from app.portal.store.index.rows import device_key, find_device, find_group
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson


class KnownRows(NamedTuple):
    """A device, who is on its lines, by port, and the group, of which a list may have confirmed both later."""

    device: IndexedDevice | None
    people: Sequence[IndexedPerson]
    group: IndexedGroup | None


class KnownDevices:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, group: GroupRef, name: str) -> KnownRows:
        people = select(IndexedPerson).filter_by(**device_key(group, name))
        people = people.order_by(IndexedPerson.port, IndexedPerson.id)
        with snapshot(self._engine) as db:
            return KnownRows(find_device(db, group, name), db.scalars(people).all(), find_group(db, group))
