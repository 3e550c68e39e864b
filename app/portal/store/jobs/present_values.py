"""Facts of the index about the devices of a job, for its plan. It is a cache: some may be missing or old."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, and_, func, select

from app.database import reading
from app.portal.domain.jobs import ItemReason
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.store.index.tables import IndexedDevice, IndexedFile
from app.portal.store.jobs.tables import JobItem

_INDEXED = {name: getattr(IndexedDevice, name) for name in EDITABLE_FIELDS if hasattr(IndexedDevice, name)}


class PresentValues:
    """Of items whose devices their owner does not reach, nothing is told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count_values(self, job_id: int) -> Mapping[str, Counter[str]]:
        """Return by field how many devices have each of its values, of the fields that the index has."""
        statement = select(*_INDEXED.values()).join(JobItem, _is_device_of(job_id, IndexedDevice))
        with reading(self._engine) as db:
            rows = db.execute(statement).all()
        columns = zip(*rows, strict=True) if rows else ()
        return {
            name: Counter(value for value in column if value is not None)
            for name, column in zip(_INDEXED, columns, strict=bool(rows))
        }

    def count_files(self, job_id: int) -> Mapping[str, int]:
        """Return how many devices have each format of a config file, the most frequent first."""
        count = func.count().label("devices")
        statement = select(IndexedFile.file_format, count).join(JobItem, _is_device_of(job_id, IndexedFile))
        with reading(self._engine) as db:
            rows = db.execute(statement.group_by(IndexedFile.file_format).order_by(count.desc()))
            return {row.file_format: row.devices for row in rows}


def _is_device_of(job_id: int, table: type[IndexedDevice] | type[IndexedFile]) -> Any:
    return and_(
        JobItem.job_id == job_id,
        JobItem.part == 0,
        JobItem.reason.is_distinct_from(ItemReason.NOT_FOUND),
        JobItem.tenant_id == table.tenant_id,
        JobItem.group_id == table.group_id,
        JobItem.device_name == table.device_name,
    )
