"""Writing the list of a group into the index. Only what changed is written, at most some hundred rows a transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.records import ListedDevice, columns_of, device_text, digest_of
from app.portal.store.index.rows import (
    DETAILS_IN_TEXT,
    add_devices,
    add_status_changes,
    delete_devices,
    device_key,
    find_devices,
    find_group,
    has_values,
    replace_rows,
    status_change,
    update_devices,
    write_group,
)
from app.portal.store.index.tables import IndexedCount, IndexedDevice

ONLINE = "Online"
ROWS_AT_ONCE = 200  # others write in between


@dataclass(frozen=True)
class _ListDifference:
    """The changes that a list makes. `changed` are rows whose status stayed, `turned` those that have another now.

    `kept` are devices of which a later reading showed something else.
    """

    gone: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    new: list[Mapping[str, Any]] = field(default_factory=list)
    changed: list[Mapping[str, Any]] = field(default_factory=list)
    turned: list[Mapping[str, Any]] = field(default_factory=list)
    status_changes: list[Mapping[str, Any]] = field(default_factory=list)


class ListRecorder:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, group: GroupRef, devices: Collection[ListedDevice], age: float = 0.0) -> None:
        """Store the whole list of a group; devices that are missing from it are forgotten.

        `age` is how many seconds ago the reading began: what a later one showed stands.
        """
        digest: str | None = digest_of(devices)
        with reading(self._engine) as db:
            seen_at = self._clock.read(db) - age
            row = find_group(db, group)
            before = row.devices_seen_at if row else None
            if before is not None and before >= seen_at:
                return
            is_same = row is not None and row.devices_digest == digest
            known = {} if is_same else find_devices(db, group)
        if not is_same:
            difference = _compare(group, devices, known, seen_at, before)
            self._write(group, difference)
            digest = None if difference.kept else digest  # the next list is compared even if it is the same
        with writing(self._engine) as db:
            if not is_same:
                _write_counts(db, group, devices)
            problems = sum(device.status != ONLINE for device in devices)
            seen = {"devices": len(devices), "problems": problems, "devices_digest": digest, "devices_seen_at": seen_at}
            write_group(db, group, seen)

    def _write(self, group: GroupRef, difference: _ListDifference) -> None:
        """Write the digest of the list last: what ends halfway is done again with the next reading."""
        for names in in_chunks(difference.gone, ROWS_AT_ONCE):
            with writing(self._engine) as db:
                delete_devices(db, group, names)
        for rows, write in (
            (difference.status_changes, add_status_changes),
            (difference.new, add_devices),
            (difference.changed, update_devices),
            (difference.turned, update_devices),
        ):
            for chunk in in_chunks(rows, ROWS_AT_ONCE):
                with writing(self._engine) as db:
                    write(db, chunk)


def _compare(
    group: GroupRef,
    devices: Collection[ListedDevice],
    known: Mapping[str, IndexedDevice],
    seen_at: float,
    list_seen_before: float | None,
) -> _ListDifference:
    difference = _ListDifference()
    missing = known.keys() - {device.device_name for device in devices}
    for name in sorted(missing):
        is_newer = max(known[name].seen_at, known[name].detail_seen_at or 0.0) >= seen_at
        (difference.kept if is_newer else difference.gone).append(name)
    for device in devices:
        values, row, key = columns_of(device), known.get(device.device_name), device_key(group, device.device_name)
        if row is None:
            new = {**key, **values, "status_since": seen_at, "seen_at": seen_at, "search_text": device_text(values)}
            difference.new.append(new)
            difference.status_changes.append(status_change(key, "", device.status, None, seen_at))
        elif has_values(row, values.items()):
            continue
        elif row.seen_at > seen_at:
            difference.kept.append(device.device_name)
        else:
            details = {name: getattr(row, name) for name in DETAILS_IN_TEXT}
            changed = {"id": row.id, **values, "seen_at": seen_at, "search_text": device_text(values | details)}
            if row.status == device.status:
                difference.changed.append(changed)
            else:
                last = max(row.seen_at, list_seen_before or 0.0)
                difference.turned.append({**changed, "status_since": seen_at})
                difference.status_changes.append(status_change(key, row.status, device.status, last, seen_at))
    return difference


def _write_counts(db: Session, group: GroupRef, devices: Collection[ListedDevice]) -> None:
    counts = Counter((device.device_type, device.version, device.status) for device in devices)
    key = asdict(group)
    rows: Sequence[Mapping[str, Any]] = [
        {**key, "device_type": device_type, "version": version, "status": status, "devices": count}
        for (device_type, version, status), count in counts.items()
    ]
    replace_rows(db, IndexedCount, key, rows)
