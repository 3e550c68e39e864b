"""Writing what was read of a device, of people and of the directory into the index, where it changed."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.database import reading, snapshot, writing
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.list_recording import ROWS_AT_ONCE, ListRecorder
from app.portal.store.index.records import (
    LISTED,
    DeviceDetails,
    FileOnDevice,
    ListedDevice,
    PersonOnLine,
    columns_of,
    device_search_columns,
    digest_of,
    group_text,
    person_search_columns,
)
from app.portal.store.index.rows import (
    add_devices,
    add_status_changes,
    delete_devices,
    device_key,
    find_device,
    find_group,
    has_values,
    mark_change,
    mark_people_read,
    replace_rows,
    status_change,
    update_device,
    write_group,
)
from app.portal.store.index.tables import (
    IndexedCount,
    IndexedFile,
    IndexedGroup,
    IndexedPerson,
    IndexedTag,
)

_SEEN_LATELY = 60.0  # seconds; what is unchanged is not written again so soon

_PeopleByDevice = Mapping[str, Collection[PersonOnLine]]


class IndexRecorder:
    """Stores readings. `age` is how many seconds ago one began: what a later reading showed stands."""

    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock
        self._lists = ListRecorder(engine, clock)

    def record_list(
        self, group: GroupRef, devices: Iterable[ListedDevice], age: float = 0.0, digest: str | None = None
    ) -> None:
        """Store the whole list of a group; devices that are missing from it are forgotten.

        `digest` is the same for equal lists only, and lets an unchanged one pass without a look at its devices.
        """
        self._lists.record(group, devices, age, digest)

    def record_device(self, group: GroupRef, name: str, details: DeviceDetails, age: float = 0.0) -> None:
        """Store what a device answered. What it leaves out of the fields of its row stays as the list has it."""
        key = device_key(group, name)
        with writing(self._engine) as db:
            seen_at = self._clock.read(db) - age
            row = find_device(db, group, name)
            values = columns_of(details)
            seen = {"seen_at": seen_at, "detail_seen_at": seen_at}
            if row is None:
                add_devices(
                    db, [{**key, **values, **seen, **device_search_columns(key | values), "status_since": seen_at}]
                )
                add_status_changes(db, [status_change(key, "", details.status, None, seen_at)])
                mark_change(db, group, devices_digest=None)  # the next list compares again
                return
            values |= {column: getattr(row, column) for column in LISTED if not values[column]}
            is_same = has_values(row, values.items())
            if row.seen_at > seen_at or _was_seen(row.detail_seen_at, seen_at, is_same=is_same):
                return
            if is_same:
                update_device(db, group, name, detail_seen_at=seen_at)
                return
            mark_change(db, group, devices_digest=None)
            if row.status != values["status"]:
                add_status_changes(db, [status_change(key, row.status, values["status"], row.seen_at, seen_at)])
                values["status_since"] = seen_at
            update_device(db, group, name, **values, **seen, **device_search_columns(key | values))

    def record_people_of_group(self, group: GroupRef, people: Collection[PersonOnLine], age: float = 0.0) -> None:
        """Store who is on the lines of all devices of a group."""
        digest = digest_of(people)
        with snapshot(self._engine) as db:
            seen_at = self._clock.read(db) - age
            row = find_group(db, group)
            if row and row.people_seen_at is not None and row.people_seen_at >= seen_at:
                return
            is_same = row is not None and row.people_digest == digest
            stored = {} if is_same else _load_people(db, group)
        sent = stored if is_same else _by_device(people)
        changed = [name for name in stored.keys() | sent.keys() if stored.get(name) != sent.get(name)]
        for names in in_chunks(sorted(changed), ROWS_AT_ONCE):
            with writing(self._engine) as db:
                _replace_people(db, group, names, sent)
        with writing(self._engine) as db:
            first_read = mark_people_read(db, group, seen_at)
            seen = {"people_seen_at": seen_at, "people_digest": digest}
            write_group(db, group, seen, is_same=is_same and not first_read)

    def record_people_of_device(
        self, group: GroupRef, name: str, people: Collection[PersonOnLine], age: float = 0.0
    ) -> bool:
        """Store who is on the lines of a device. Return False for a device that is not known: nothing is stored."""
        sent = _by_device(people)
        with snapshot(self._engine) as db:
            seen_at = self._clock.read(db) - age
            device = find_device(db, group, name)
            is_same = _load_people(db, group, name) == sent
        if device is None or _was_seen(device.people_seen_at, seen_at, is_same=is_same):
            return device is not None
        with writing(self._engine) as db:
            if not is_same:
                _replace_people(db, group, [name], sent)
                mark_change(db, group, people_digest=None)
            elif device.people_seen_at is None:
                mark_change(db, group)
            update_device(db, group, name, people_seen_at=seen_at)
        return True

    def record_files(self, group: GroupRef, name: str, files: Collection[FileOnDevice], age: float = 0.0) -> bool:
        """Store all config files of a device, as its people; a content that was not read now keeps what was known."""
        key = device_key(group, name)
        with snapshot(self._engine) as db:
            seen_at = self._clock.read(db) - age
            device = find_device(db, group, name)
            stored = {row.file_format: row for row in db.scalars(select(IndexedFile).filter_by(**key))}
        sent = [_with_known_content(file, stored.get(file.file_format)) for file in files]
        is_same = {_to_file(row) for row in stored.values()} == set(sent)
        if device is None or _was_seen(device.files_seen_at, seen_at, is_same=is_same):
            return device is not None
        with writing(self._engine) as db:
            if not is_same:
                replace_rows(db, IndexedFile, key, [{**key, **columns_of(file)} for file in sent])
            if not is_same or device.files_seen_at is None:
                mark_change(db, group)
            update_device(db, group, name, files_seen_at=seen_at, custom_files=sum(file.is_custom for file in sent))
        return True

    def record_file(self, group: GroupRef, name: str, file: FileOnDevice) -> None:
        """Store what a change made of one file of a device that is known.

        Where no reading showed the others, the device counts as read while one of its files is known to be custom.
        """
        key = device_key(group, name)
        with writing(self._engine) as db:
            if (device := find_device(db, group, name)) is None:
                return
            is_read = device.files_seen_at is not None
            db.execute(delete(IndexedFile).filter_by(**key, file_format=file.file_format))
            db.execute(insert(IndexedFile), {**key, **columns_of(file)})
            custom = db.scalar(select(func.count()).select_from(IndexedFile).filter_by(**key, is_custom=True))
            update_device(db, group, name, custom_files=custom if custom or is_read else None)
            mark_change(db, group)

    def record_content(self, file: FileRef, content: bytes) -> None:
        """Store which content a file has that is known already."""
        values = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        with reading(self._engine) as db:
            row = db.scalar(select(IndexedFile).filter_by(**file.columns))
        if row and not has_values(row, values.items()):
            with writing(self._engine) as db:
                db.execute(update(IndexedFile).filter_by(**file.columns).values(**values))

    def record_tags(self, group: GroupRef, name: str, tag_names: Collection[str], age: float = 0.0) -> bool:
        """Store which tags have a value of this device's own, as its people."""
        key = device_key(group, name)
        with snapshot(self._engine) as db:
            seen_at = self._clock.read(db) - age
            device = find_device(db, group, name)
            is_same = set(db.scalars(select(IndexedTag.tag_name).filter_by(**key))) == set(tag_names)
        if device is None or _was_seen(device.tags_seen_at, seen_at, is_same=is_same):
            return device is not None
        with writing(self._engine) as db:
            if not is_same:
                replace_rows(db, IndexedTag, key, [{**key, "tag_name": tag} for tag in sorted(set(tag_names))])
            update_device(db, group, name, tags_seen_at=seen_at)
        return True

    def record_directory(self, tenant_id: str, tenant_name: str, groups: Mapping[str, str]) -> None:
        """Store the names of a tenant and of groups, by their ids. The row with the group id "" is the tenant's."""
        names = {"": "", **groups}
        with reading(self._engine) as db:
            rows = db.scalars(select(IndexedGroup).filter_by(tenant_id=tenant_id))
            stored = {row.group_id: (row.tenant_name, row.name) for row in rows}
        changed = [(id_, name) for id_, name in names.items() if stored.get(id_) != (tenant_name, name)]
        for chunk in in_chunks(changed, ROWS_AT_ONCE):
            with writing(self._engine) as db:
                for group_id, name in chunk:
                    text = group_text(group_id, name) if group_id else group_text(tenant_id, tenant_name)
                    values = {"tenant_name": tenant_name, "name": name, "search_text": text}
                    write_group(db, GroupRef(tenant_id, group_id), values)

    def forget_device(self, group: GroupRef, name: str) -> None:
        with writing(self._engine) as db:
            delete_devices(db, group, [name])
            mark_change(db, group, devices_digest=None)

    def forget_group(self, group: GroupRef) -> None:
        with writing(self._engine) as db:
            delete_devices(db, group)
            for table in (IndexedCount, IndexedGroup):
                db.execute(delete(table).filter_by(**asdict(group)))


def _was_seen(before: float | None, seen_at: float, *, is_same: bool) -> bool:
    """Return True for a reading that need not be written: it is older, or shows the same as one a moment before."""
    if before is None:
        return False
    return seen_at - before < (_SEEN_LATELY if is_same else 0.0)


def _load_people(db: Session, group: GroupRef, name: str | None = None) -> _PeopleByDevice:
    statement = select(IndexedPerson).filter_by(**asdict(group))
    rows = db.scalars(statement if name is None else statement.filter_by(device_name=name))
    return _by_device(PersonOnLine(**{column: getattr(row, column) for column in _PERSON}) for row in rows)


def _by_device(people: Iterable[PersonOnLine]) -> _PeopleByDevice:
    by_device: dict[str, set[PersonOnLine]] = defaultdict(set)
    for person in people:
        by_device[person.device_name].add(person)
    return by_device


def _replace_people(db: Session, group: GroupRef, names: Collection[str], people: _PeopleByDevice) -> None:
    in_group = delete(IndexedPerson).filter_by(**asdict(group))
    db.execute(in_group.where(IndexedPerson.device_name.in_(names)))
    rows = [
        {**asdict(group), **columns_of(person), **person_search_columns(person)}
        for name in names
        for person in people.get(name, ())
    ]
    if rows:
        db.execute(insert(IndexedPerson), rows)


def _with_known_content(file: FileOnDevice, row: IndexedFile | None) -> FileOnDevice:
    if file.sha256 is not None or row is None or row.is_custom is not file.is_custom:
        return file
    return _to_file(row)


def _to_file(row: IndexedFile) -> FileOnDevice:
    return FileOnDevice(file_format=row.file_format, is_custom=row.is_custom, sha256=row.sha256, size=row.size)


_PERSON = tuple(PersonOnLine.__dataclass_fields__)
