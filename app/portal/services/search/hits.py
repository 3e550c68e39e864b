"""Hits of a search: devices, people and groups, with the field that matched and the age of the reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.domain.search_words import fold
from app.portal.models.access_device import DEVICE_FIELDS
from app.portal.store.index.searching import SearchPattern
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson

T = TypeVar("T")


@dataclass(frozen=True)
class MatchedField:
    """The label and the value of the field that a text was found in."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class DeviceHit:
    group: GroupRef
    device_name: str
    device_type: str
    mac_address: str
    status: str
    status_since: datetime
    matched: MatchedField
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonHit:
    """`status` is that of the device, "" where that is not known."""

    group: GroupRef
    device_name: str
    name: str
    port: int | None
    extension: str
    phone_number: str
    status: str
    matched: MatchedField
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PlaceHit:
    """A group or, with the group id "", a tenant; `devices` is None where no list was read."""

    group: GroupRef
    name: str
    devices: int | None


@dataclass(frozen=True)
class HitList(Generic[T]):
    """The best hits. `total` is how many there are; where `has_more` is true, at least so many."""

    hits: Sequence[T]
    total: int
    has_more: bool


def to_device_hit(row: IndexedDevice, group: IndexedGroup | None, pattern: SearchPattern) -> DeviceHit:
    labels = {name: declared.label for name, declared in DEVICE_FIELDS.items()}
    address = mac.with_colons(row.mac)
    fields = [
        MatchedField(labels["device_name"], row.device_name),
        MatchedField(labels["mac_address"], address),
        MatchedField(labels["serial_number"], row.serial_number or ""),
        MatchedField(labels["net_address"], row.net_address),
        MatchedField(labels["version"], row.version),
        MatchedField(labels["device_type"], row.device_type),
        MatchedField(labels["description"], row.description or ""),
        MatchedField(labels["physical_location"], row.physical_location or ""),
    ]
    seen = max(row.seen_at, row.detail_seen_at or 0.0, (group.devices_seen_at if group else None) or 0.0)
    return DeviceHit(
        group=GroupRef(row.tenant_id, row.group_id),
        device_name=row.device_name,
        device_type=row.device_type,
        mac_address=address,
        status=row.status,
        status_since=to_time(row.status_since),
        matched=find_match(fields, pattern),
        seen_at=to_time(seen),
    )


def to_person_hit(
    row: IndexedPerson, device: IndexedDevice | None, group: IndexedGroup | None, pattern: SearchPattern
) -> PersonHit:
    name = f"{row.first_name} {row.last_name}".strip() or row.user_id or row.line_port
    fields = [
        MatchedField("Name", name),
        MatchedField("Extension", row.extension),
        MatchedField("Phone number", row.phone_number),
        MatchedField("User ID", row.user_id),
        MatchedField("Line/port", row.line_port),
    ]
    seen = max((group.people_seen_at if group else None) or 0.0, (device.people_seen_at if device else None) or 0.0)
    return PersonHit(
        group=GroupRef(row.tenant_id, row.group_id),
        device_name=row.device_name,
        name=name,
        port=row.port,
        extension=row.extension,
        phone_number=row.phone_number,
        status=device.status if device else "",
        matched=find_match(fields, pattern),
        seen_at=to_time(seen) if seen else None,
    )


def to_place_hit(row: IndexedGroup) -> PlaceHit:
    name = row.name if row.group_id else row.tenant_name
    return PlaceHit(group=GroupRef(row.tenant_id, row.group_id), name=name, devices=row.devices)


def find_match(fields: Sequence[MatchedField], pattern: SearchPattern) -> MatchedField:
    """Return the field that has the whole text, else the one with the most words of it, the first of equals."""

    def score(field: MatchedField) -> tuple[bool, int]:
        texts = _searched(field.value)
        has_whole = any(whole in text for whole in pattern.whole for text in texts)
        return has_whole, sum(any(notation in text for notation in word for text in texts) for word in pattern.words)

    return max(fields, key=score)


def to_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _searched(value: str) -> Iterable[str]:
    digits = "".join(filter(str.isdigit, value))
    return fold(value), (mac.parse(value) or "").lower(), digits


def groups_of(rows: Iterable[IndexedDevice | IndexedPerson]) -> set[GroupRef]:
    return {GroupRef(row.tenant_id, row.group_id) for row in rows}


def find_group_of(row: IndexedDevice | IndexedPerson, groups: Mapping[GroupRef, IndexedGroup]) -> IndexedGroup | None:
    return groups.get(GroupRef(row.tenant_id, row.group_id))
