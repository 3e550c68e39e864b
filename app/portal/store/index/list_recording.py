"""Writing the list of a group into the index. Only what changed is written, at most some hundred rows a transaction."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from time import sleep
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.database import reading, snapshot, writing
from app.portal.domain.firmware import count_older
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks, take_chunks
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.records import ListedDevice, columns_of, device_search_columns
from app.portal.store.index.rows import (
    DETAILS_IN_TEXT,
    add_devices,
    add_status_changes,
    delete_devices,
    device_key,
    find_devices,
    find_group,
    has_values,
    list_names,
    replace_rows,
    status_change,
    update_devices,
    update_group,
    write_group,
)
from app.portal.store.index.tables import IndexedCount, IndexedDevice

ONLINE = "Online"
ROWS_AT_ONCE = 200  # others write in between


@dataclass(frozen=True)
class _Difference:
    """The changes that some devices make. `changed` are rows whose status stayed, `turned` have another now.

    `kept` are devices of which a later reading showed something else.
    """

    kept: list[str] = field(default_factory=list)
    new: list[Mapping[str, Any]] = field(default_factory=list)
    changed: list[Mapping[str, Any]] = field(default_factory=list)
    turned: list[Mapping[str, Any]] = field(default_factory=list)
    status_changes: list[Mapping[str, Any]] = field(default_factory=list)


class ListRecorder:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, group: GroupRef, devices: Iterable[ListedDevice], age: float, digest: str | None) -> None:
        """Store the whole list of a group; devices that are missing from it are forgotten.

        `age` is how many seconds ago the reading began: what a later one showed stands. `digest` is the same for equal
        lists only. A long list is taken in parts, between which others run.
        """
        with snapshot(self._engine) as db:
            seen_at = self._clock.read(db) - age
            row = find_group(db, group)
            before = row.devices_seen_at if row else None
            if before is not None and before >= seen_at:
                return
            is_same = row is not None and digest is not None and row.devices_digest == digest
        if is_same:
            self._mark_seen(group, seen_at)
            return
        counts: Counter[tuple[str, str, str]] = Counter()
        listed: set[str] = set()
        kept = 0
        for chunk in take_chunks(devices, ROWS_AT_ONCE):
            kept += self._record_chunk(group, chunk, seen_at, before)
            listed.update(device.device_name for device in chunk)
            counts.update((device.device_type, device.version, device.status) for device in chunk)
            sleep(0)
        kept += self._forget_missing(group, listed, seen_at)
        with writing(self._engine) as db:
            _write_counts(db, group, counts)
            # Where something was kept, the next list is compared even if it is the same.
            values = {"devices_digest": None if kept else digest, "devices_seen_at": seen_at}
            write_group(db, group, {"devices": len(listed), **_sums(counts), **values})

    def _mark_seen(self, group: GroupRef, seen_at: float) -> None:
        with writing(self._engine) as db:
            update_group(db, group, devices_seen_at=seen_at)

    def _record_chunk(
        self, group: GroupRef, devices: Sequence[ListedDevice], seen_at: float, list_seen_before: float | None
    ) -> int:
        """Return of how many a later reading stands."""
        with reading(self._engine) as db:
            known = find_devices(db, group, [device.device_name for device in devices])
        difference = _compare(group, devices, known, seen_at, list_seen_before)
        if difference.new or difference.changed or difference.turned:
            with writing(self._engine) as db:
                add_status_changes(db, difference.status_changes)
                add_devices(db, difference.new)
                update_devices(db, difference.changed)
                update_devices(db, difference.turned)
        return len(difference.kept)

    def _forget_missing(self, group: GroupRef, listed: Collection[str], seen_at: float) -> int:
        """Return how many were read by themselves after the list."""
        with reading(self._engine) as db:
            missing = {name: seen for name, seen in list_names(db, group) if name not in listed}
        gone = [name for name, last_seen_at in missing.items() if last_seen_at < seen_at]
        for names in in_chunks(gone, ROWS_AT_ONCE):
            with writing(self._engine) as db:
                delete_devices(db, group, names)
        return len(missing) - len(gone)


def _compare(
    group: GroupRef,
    devices: Iterable[ListedDevice],
    known: Mapping[str, IndexedDevice],
    seen_at: float,
    list_seen_before: float | None,
) -> _Difference:
    difference = _Difference()
    for device in devices:
        values, row, key = columns_of(device), known.get(device.device_name), device_key(group, device.device_name)
        if row is None:
            new = {**key, **values, "status_since": seen_at, "seen_at": seen_at, **device_search_columns(values)}
            difference.new.append(new)
            difference.status_changes.append(status_change(key, "", device.status, None, seen_at))
        elif has_values(row, values.items()):
            continue
        elif row.seen_at > seen_at:
            difference.kept.append(device.device_name)
        else:
            details = {name: getattr(row, name) for name in DETAILS_IN_TEXT}
            changed = {"id": row.id, **values, "seen_at": seen_at, **device_search_columns(values | details)}
            if row.status == device.status:
                difference.changed.append(changed)
            else:
                last = max(row.seen_at, list_seen_before or 0.0)
                difference.turned.append({**changed, "status_since": seen_at})
                difference.status_changes.append(status_change(key, row.status, device.status, last, seen_at))
    return difference


def _sums(counts: Mapping[tuple[str, str, str], int]) -> Mapping[str, int]:
    versions: Counter[tuple[str, str]] = Counter()
    for (device_type, version, _), count in counts.items():
        versions[device_type, version] += count
    problems = sum(count for (_, _, status), count in counts.items() if status != ONLINE)
    return {"problems": problems, "older": count_older(versions)}


def _write_counts(db: Session, group: GroupRef, counts: Mapping[tuple[str, str, str], int]) -> None:
    key = asdict(group)
    rows: Sequence[Mapping[str, Any]] = [
        {**key, "device_type": device_type, "version": version, "status": status, "devices": count}
        for (device_type, version, status), count in counts.items()
    ]
    replace_rows(db, IndexedCount, key, rows)
