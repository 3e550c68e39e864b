"""Rows of the index, found and written within a transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from app.database import insert_if_missing, insert_or_update
from app.portal.domain.refs import GroupRef
from app.portal.store.index.tables import (
    IndexedDevice,
    IndexedFile,
    IndexedGroup,
    IndexedPerson,
    IndexedTag,
    StatusChange,
)

DETAILS_IN_TEXT = ("serial_number", "description", "physical_location")
_OF_DEVICE = (IndexedPerson, IndexedFile, IndexedTag, IndexedDevice, StatusChange)
_NEW_GROUP = {"tenant_name": "", "name": "", "search_text": "", "revision": 1}


def device_key(group: GroupRef, device_name: str) -> dict[str, Any]:
    return {**asdict(group), "device_name": device_name}


def find_group(db: Session, group: GroupRef) -> IndexedGroup | None:
    return db.get(IndexedGroup, (group.tenant_id, group.group_id))


def find_device(db: Session, group: GroupRef, name: str) -> IndexedDevice | None:
    return db.scalar(select(IndexedDevice).filter_by(**device_key(group, name)))


def find_devices(db: Session, group: GroupRef, names: Collection[str]) -> Mapping[str, IndexedDevice]:
    rows = db.scalars(select(IndexedDevice).filter_by(**asdict(group)).where(IndexedDevice.device_name.in_(names)))
    return {row.device_name: row for row in rows}


def list_names(db: Session, group: GroupRef) -> Sequence[tuple[str, float]]:
    """Return the devices of a group, with the time at which each was last read by itself or written."""
    columns = select(IndexedDevice.device_name, IndexedDevice.seen_at, IndexedDevice.detail_seen_at)
    rows = db.execute(columns.filter_by(**asdict(group)))
    return [(name, max(seen_at, detail_seen_at or 0.0)) for name, seen_at, detail_seen_at in rows]


def add_devices(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add those that nobody else added meanwhile."""
    insert_if_missing(db, IndexedDevice, ("tenant_id", "group_id", "device_name"), rows)


def update_devices(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of equal columns by their ids."""
    if rows:
        db.execute(update(IndexedDevice), rows)


def update_device(db: Session, group: GroupRef, name: str, **values: Any) -> None:
    db.execute(update(IndexedDevice).filter_by(**device_key(group, name)).values(**values))


def add_status_changes(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.execute(insert(StatusChange), rows)


def status_change(
    key: Mapping[str, Any], before: str, now: str, last_seen_at: float | None, first_seen_at: float
) -> Mapping[str, Any]:
    seen = {"last_seen_at": last_seen_at, "first_seen_at": first_seen_at}
    return {**key, "from_status": before, "to_status": now, **seen}


def replace_rows(db: Session, table: type[Any], key: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write `rows` in place of all rows with these values."""
    db.execute(delete(table).filter_by(**key))
    if rows:
        db.execute(insert(table), rows)


def write_group(db: Session, group: GroupRef, values: Mapping[str, Any], *, is_same: bool = False) -> None:
    """Write a group; `is_same` if nothing of its devices and people changed."""
    new = {**_NEW_GROUP, "search_text": f"\n{group.group_id.casefold()}\n", **values}
    revision = {} if is_same else {"revision": IndexedGroup.revision + 1}
    insert_or_update(db, IndexedGroup, asdict(group), new, {**values, **revision})


def update_group(db: Session, group: GroupRef, **values: Any) -> None:
    """Write what is no change of its devices and people."""
    db.execute(update(IndexedGroup).filter_by(**asdict(group)).values(**values))


def mark_people_read(db: Session, group: GroupRef, seen_at: float) -> int:
    """Note that the people of all devices were read; return how many devices had never been read before."""
    never = update(IndexedDevice).filter_by(**asdict(group)).where(IndexedDevice.people_seen_at.is_(None))
    return cast(CursorResult[Any], db.execute(never.values(people_seen_at=seen_at))).rowcount


def mark_change(db: Session, group: GroupRef, **values: Any) -> None:
    """Tell whoever keeps a copy of the group that something of a device or its people changed."""
    revision = {"revision": IndexedGroup.revision + 1}
    statement = update(IndexedGroup).filter_by(**asdict(group)).values(**values, **revision)
    db.execute(statement, execution_options={"synchronize_session": False})


def delete_devices(db: Session, group: GroupRef, names: Collection[str] | None = None) -> None:
    """Delete devices of a group, all of them for None, with everything that is known of them."""
    for table in _OF_DEVICE:
        statement: Any = delete(table).filter_by(**asdict(group))
        db.execute(statement if names is None else statement.where(table.device_name.in_(names)))


def has_values(row: object, values: Iterable[tuple[str, Any]]) -> bool:
    return all(getattr(row, column) == value for column, value in values)
