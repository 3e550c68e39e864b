"""The last known details of a device, for a page that the platform does not answer for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import DEVICE_FIELDS
from app.portal.store.index.last_known import KnownDevices
from app.portal.store.index.tables import IndexedDevice, IndexedPerson

_COLUMN_OF_FIELD = {
    "device_type": "device_type",
    "mac_address": "mac",
    "net_address": "net_address",
    "status": "status",
    "version": "version",
}
_DETAILS = ("serial_number", "description", "physical_location")


@dataclass(frozen=True)
class KnownPerson:
    """A person on a line; "" and None for what the platform did not tell."""

    port: int | None
    name: str
    extension: str
    phone_number: str


@dataclass(frozen=True)
class LastKnownDevice:
    """`facts` are words by label; `details` too, of an earlier reading. What was never read has no time."""

    facts: Mapping[str, str]
    as_of: datetime
    details: Mapping[str, str]
    details_as_of: datetime | None
    people: Sequence[KnownPerson]
    people_as_of: datetime | None


class LastKnown:
    """Answers for groups that the caller may be shown: it asks nobody."""

    def __init__(self, devices: KnownDevices) -> None:
        self._devices = devices

    def find(self, group: GroupRef, name: str) -> LastKnownDevice | None:
        device, people, group_row = self._devices.find(group, name)
        if device is None:
            return None
        # A reading that shows nothing new writes only when it was.
        listed_at, people_listed_at = (
            (group_row.devices_seen_at, group_row.people_seen_at) if group_row else (None, None)
        )
        seen_at = max(device.seen_at, listed_at or 0.0, device.detail_seen_at or 0.0)
        facts, details = _to_words(device, _COLUMN_OF_FIELD), _to_words(device, {name: name for name in _DETAILS})
        is_whole = device.detail_seen_at == seen_at
        return LastKnownDevice(
            facts={**facts, **details} if is_whole else facts,
            as_of=datetime.fromtimestamp(seen_at, UTC),
            details={} if is_whole else details,
            details_as_of=_to_time(device.detail_seen_at),
            people=[_to_person(person) for person in people],
            people_as_of=_to_time(max(device.people_seen_at or 0.0, people_listed_at or 0.0)),
        )


def _to_person(row: IndexedPerson) -> KnownPerson:
    name = f"{row.first_name} {row.last_name}".strip() or row.user_id
    return KnownPerson(row.port, name, row.extension, row.phone_number)


def _to_words(device: IndexedDevice, columns: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields that have a value."""
    values = ((DEVICE_FIELDS[name], getattr(device, column)) for name, column in columns.items())
    return {field.label: field.to_words(value) for field, value in values if value}


def _to_time(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
