"""Devices of a group that set a tag or have a custom config file, as far as they were read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

from sqlalchemy import Engine, select

from app.database import reading
from app.portal.domain.device_parts import FILES, TAGS
from app.portal.domain.refs import GroupRef
from app.portal.store.index.tables import IndexedDevice, IndexedFile, IndexedTag

_SEEN_AT = {TAGS: IndexedDevice.tags_seen_at, FILES: IndexedDevice.files_seen_at}


class CustomFile(NamedTuple):
    """`sha256` and `size`, in bytes, are None where the content was not read."""

    device_name: str
    sha256: str | None
    size: int | None


class IndexUses:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_tag(self, group: GroupRef, tag_name: str) -> Sequence[str]:
        """Return the names of the devices that give the tag a value of their own."""
        statement = select(IndexedTag.device_name).filter_by(**asdict(group), tag_name=tag_name)
        with reading(self._engine) as db:
            return db.scalars(statement).all()

    def find_file(self, group: GroupRef, file_format: str) -> Sequence[CustomFile]:
        columns = (IndexedFile.device_name, IndexedFile.sha256, IndexedFile.size)
        statement = select(*columns).filter_by(**asdict(group), file_format=file_format, is_custom=True)
        with reading(self._engine) as db:
            return [CustomFile(*row) for row in db.execute(statement)]

    def read_times(self, group: GroupRef, part: str) -> Mapping[str, float]:
        """Return by device when its tags or files were read, in seconds since 1970."""
        seen_at = _SEEN_AT[part]
        statement = select(IndexedDevice.device_name, seen_at).filter_by(**asdict(group)).where(seen_at.is_not(None))
        with reading(self._engine) as db:
            return {name: seconds for name, seconds in db.execute(statement) if seconds is not None}
