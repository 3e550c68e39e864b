"""Hits of a search: devices, people and groups, with the field that matched and the age of the reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import DEVICE_FIELDS, FoundDevice
from app.portal.services.search.matching import (
    MatchedField,
    Notation,
    SearchedField,
    TextPart,
    find_matches,
    has_all_words,
    mark,
)
from app.portal.store.index.searching import SearchPattern
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson

T = TypeVar("T")

_LABELS = {name: declared.label for name, declared in DEVICE_FIELDS.items()}


@dataclass(frozen=True, kw_only=True)
class DeviceHit:
    group: GroupRef
    device_name: str
    name: Sequence[TextPart]
    device_type: str
    mac_address: str
    status: str
    matches: Sequence[MatchedField]
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PersonHit:
    """`status` is that of the device, "" where that is not known."""

    group: GroupRef
    device_name: str
    name: Sequence[TextPart]
    port: int | None
    extension: str
    phone_number: str
    status: str
    matches: Sequence[MatchedField]
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PlaceHit:
    """A group or, with the group id "", a tenant; `devices` is None where no list was read."""

    group: GroupRef
    name: Sequence[TextPart]
    devices: int | None
    seen_at: datetime | None


@dataclass(frozen=True)
class HitList(Generic[T]):
    """The best hits. `total` is how many there are; where `has_more` is true, at least so many."""

    hits: Sequence[T]
    total: int
    has_more: bool


def to_device_hit(row: IndexedDevice, group: IndexedGroup | None, pattern: SearchPattern) -> DeviceHit:
    fields = _fields_of_device(row)
    seen = max(row.seen_at, row.detail_seen_at or 0.0, (group.devices_seen_at if group else None) or 0.0)
    return DeviceHit(
        group=GroupRef(row.tenant_id, row.group_id),
        device_name=row.device_name,
        name=mark(fields[0], pattern),
        device_type=row.device_type,
        mac_address=mac.with_colons(row.mac),
        status=row.status,
        matches=find_matches(fields, pattern),
        seen_at=to_time(seen),
    )


def is_hit(row: IndexedDevice, pattern: SearchPattern) -> bool:
    """Return True if a search of the index finds this device."""
    return has_all_words(_fields_of_device(row), pattern)


def _fields_of_device(row: IndexedDevice) -> Sequence[SearchedField]:
    return [
        SearchedField(_LABELS["device_name"], row.device_name),
        SearchedField(_LABELS["mac_address"], mac.with_colons(row.mac), Notation.MAC),
        SearchedField(_LABELS["serial_number"], row.serial_number or ""),
        SearchedField(_LABELS["net_address"], row.net_address),
        SearchedField(_LABELS["version"], row.version),
        SearchedField(_LABELS["device_type"], row.device_type),
        SearchedField(_LABELS["description"], row.description or ""),
        SearchedField(_LABELS["physical_location"], row.physical_location or ""),
    ]


def to_found_hit(row: FoundDevice, pattern: SearchPattern) -> DeviceHit | None:
    """Return a device that the platform found just now; None if it lacks a word of the pattern."""
    address = mac.with_colons(row.mac_address)
    fields = [
        SearchedField(_LABELS["device_name"], row.device_name),
        SearchedField(_LABELS["mac_address"], address, Notation.MAC),
        SearchedField(_LABELS["net_address"], row.net_address),
        SearchedField(_LABELS["version"], row.version),
        SearchedField(_LABELS["device_type"], row.device_type),
    ]
    if not has_all_words(fields, pattern):
        return None
    return DeviceHit(
        group=GroupRef(row.tenant_id, row.group_id),
        device_name=row.device_name,
        name=mark(fields[0], pattern),
        device_type=row.device_type,
        mac_address=address,
        status=row.status,
        matches=find_matches(fields, pattern),
        seen_at=None,
    )


def to_person_hit(
    row: IndexedPerson, device: IndexedDevice | None, group: IndexedGroup | None, pattern: SearchPattern
) -> PersonHit:
    name = f"{row.first_name} {row.last_name}".strip() or row.user_id or row.line_port
    fields = [
        SearchedField("Name", name),
        SearchedField("Extension", row.extension),
        SearchedField("Phone number", row.phone_number, Notation.PHONE),
        SearchedField("User ID", row.user_id),
        SearchedField("Line/port", row.line_port),
    ]
    seen = max((group.people_seen_at if group else None) or 0.0, (device.people_seen_at if device else None) or 0.0)
    return PersonHit(
        group=GroupRef(row.tenant_id, row.group_id),
        device_name=row.device_name,
        name=mark(fields[0], pattern),
        port=row.port,
        extension=row.extension,
        phone_number=row.phone_number,
        status=device.status if device else "",
        matches=find_matches(fields, pattern),
        seen_at=to_time(seen) if seen else None,
    )


def to_place_hit(row: IndexedGroup, pattern: SearchPattern) -> PlaceHit:
    own_id = row.group_id or row.tenant_id
    name = SearchedField("Name", (row.name if row.group_id else row.tenant_name) or own_id)
    return PlaceHit(
        group=GroupRef(row.tenant_id, row.group_id),
        name=mark(name, pattern),
        devices=row.devices,
        seen_at=to_time(row.devices_seen_at) if row.devices_seen_at else None,
    )


def to_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def groups_of(rows: Iterable[IndexedDevice | IndexedPerson]) -> set[GroupRef]:
    return {GroupRef(row.tenant_id, row.group_id) for row in rows}


def find_group_of(row: IndexedDevice | IndexedPerson, groups: Mapping[GroupRef, IndexedGroup]) -> IndexedGroup | None:
    return groups.get(GroupRef(row.tenant_id, row.group_id))
