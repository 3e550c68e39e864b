"""Facts of a group that the index has beside the list of its devices."""

from dataclasses import asdict
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from app.database import reading
from app.portal.domain.refs import GroupRef
from app.portal.store.index.tables import IndexedDevice, IndexedGroup


class CustomFileCount(NamedTuple):
    """`files` are custom ones, on so many `devices`; `read` is of how many devices the files were read."""

    files: int
    devices: int
    read: int


class GroupFacts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def name(self, group: GroupRef) -> str:
        """Return the name that the directory showed, "" before it did."""
        with reading(self._engine) as db:
            return db.scalar(select(IndexedGroup.name).filter_by(**asdict(group))) or ""

    def count_custom_files(self, group: GroupRef) -> CustomFileCount:
        has_custom = IndexedDevice.custom_files > 0
        columns = (
            func.sum(IndexedDevice.custom_files),
            func.count().filter(has_custom),
            func.count(IndexedDevice.files_seen_at),
        )
        with reading(self._engine) as db:
            files, devices, read = db.execute(select(*columns).filter_by(**asdict(group))).one()
            return CustomFileCount(files or 0, devices, read)
