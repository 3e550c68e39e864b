"""Numbers of a group, counted from the list of its devices."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.portal.domain.firmware import NewestFirmware, split_version
from app.portal.domain.natural_order import exact_natural_key
from app.portal.domain.ports import UNLIMITED
from app.portal.models.access_device import AccessDeviceRow
from app.portal.models.phone_type import PhoneType
from app.portal.services.devices.table import STATUSES, DeviceTable

ONLINE, OFFLINE = "Online", "Offline"
_LISTED_VERSIONS = 3


class VersionCount(NamedTuple):
    version: str
    devices: int


@dataclass(frozen=True)
class TypeFirmware:
    """The devices of a type by firmware. `newest` are the newest versions of its products, "" is not reported."""

    device_type: str
    devices: int
    newest: Sequence[str]
    older: int
    unreported: int
    older_versions: Sequence[VersionCount]
    more_versions: int

    @property
    def not_older(self) -> int:
        return self.devices - self.older - self.unreported


@dataclass(frozen=True)
class DeviceFigures:
    """`statuses` has the usual ones first. `pending_since` is the oldest of the pending reboots."""

    devices: int
    statuses: Mapping[str, int]
    pending: int
    pending_since: datetime | None
    without_mac: int
    firmware: Sequence[TypeFirmware]

    @property
    def online(self) -> int:
        return self.statuses[ONLINE]

    @property
    def problems(self) -> int:
        return self.devices - self.online

    @property
    def older(self) -> int:
        return sum(firmware.older for firmware in self.firmware)


def count_devices(table: DeviceTable) -> DeviceFigures:
    pending = [table.pending_since[row.device_name] for row in table.rows if row.device_name in table.pending_since]
    return DeviceFigures(
        devices=len(table.rows),
        statuses=count_statuses(table.counts["status"]),
        pending=len(pending),
        pending_since=min(pending, default=None),
        without_mac=sum(not row.mac_address for row in table.rows),
        firmware=count_firmware(Counter((row.device_type, row.version) for row in table.rows)),
    )


def count_statuses(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Return the usual statuses first, even those that no device has."""
    return {**dict.fromkeys(STATUSES, 0), **dict(sorted(counts.items()))}


def count_firmware(counts: Mapping[tuple[str, str], int]) -> Sequence[TypeFirmware]:
    """Take numbers of devices by type and version; the type of most devices comes first."""
    newest = NewestFirmware(counts)
    by_type: dict[str, dict[str, int]] = {}
    for (device_type, version), devices in counts.items():
        by_type.setdefault(device_type, {})[version] = devices
    firmware = [_count_type(name, versions, newest) for name, versions in by_type.items()]
    return sorted(firmware, key=lambda row: (-row.devices, exact_natural_key(row.device_type)))


def _count_type(name: str, versions: Mapping[str, int], newest: NewestFirmware) -> TypeFirmware:
    older = [VersionCount(version, devices) for version, devices in versions.items() if newest.is_older(name, version)]
    unnumbered = [version for version in versions if version and split_version(version) is None]
    return TypeFirmware(
        device_type=name,
        devices=sum(versions.values()),
        newest=sorted([*newest.of_type(name).values(), *unnumbered], key=exact_natural_key),
        older=sum(count.devices for count in older),
        unreported=versions.get("", 0),
        older_versions=sorted(older, key=lambda count: (-count.devices, count.version))[:_LISTED_VERSIONS],
        more_versions=max(0, len(older) - _LISTED_VERSIONS),
    )


@dataclass(frozen=True)
class TypePorts:
    """Ports of the devices of a type which have a limit; `fullest` is the device that most of them are in use of."""

    device_type: str
    devices: int
    used: int
    total: int
    fullest: AccessDeviceRow
    fullest_used: int
    ports: int


def count_ports(rows: Iterable[AccessDeviceRow], types: Mapping[str, PhoneType]) -> Sequence[TypePorts]:
    """Count ports by type, the type with the greatest part of them in use first.

    Left out is what is not known: types of which the platform names no ports, and devices that have more free ones.
    """
    used: dict[str, list[tuple[int, AccessDeviceRow]]] = {}
    for row in rows:
        ports = _ports_of(types.get(row.device_type))
        if ports and row.free_ports is not None and row.free_ports <= ports and row.free_ports != UNLIMITED:
            used.setdefault(row.device_type, []).append((ports - row.free_ports, row))
    counted = []
    for name, devices in used.items():
        ports = _ports_of(types[name])
        most, fullest = max(devices, key=lambda device: device[0])
        counted.append(
            TypePorts(
                device_type=name,
                devices=len(devices),
                used=sum(count for count, _ in devices),
                total=ports * len(devices),
                fullest=fullest,
                fullest_used=most,
                ports=ports,
            )
        )
    return sorted(counted, key=lambda row: (-row.used / row.total, exact_natural_key(row.device_type)))


def _ports_of(phone_type: PhoneType | None) -> int:
    """Return 0 where there is no limit, or none is known."""
    return (phone_type.needs.ports or 0) if phone_type and phone_type.needs else 0
