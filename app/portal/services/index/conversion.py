"""Answers of the platform as the index keeps them. Secrets are not among it."""

from collections.abc import Iterable, Iterator

from app.portal.domain.text import REPLACEMENT
from app.portal.models.access_device import AccessDevice, AccessDeviceRow
from app.portal.models.connected_user import ConnectedUser
from app.portal.models.end_point import EndPoint
from app.portal.store.index.records import DeviceDetails, ListedDevice, PersonOnLine, mac_column


def to_listed(rows: Iterable[AccessDeviceRow]) -> Iterator[ListedDevice]:
    """Leave out what came without a name, and all but the first of a name that came twice."""
    names = set()
    for row in rows:
        name = _text(row.device_name)
        if name not in names and row.problems.keys().isdisjoint({"", "device_name"}):
            names.add(name)
            yield _to_listed(row)


def _to_listed(row: AccessDeviceRow) -> ListedDevice:
    return ListedDevice(
        device_name=_text(row.device_name),
        device_type=_text(row.device_type),
        mac=mac_column(_text(row.mac_address)),
        net_address=_text(row.net_address),
        status=_text(row.status),
        version=_text(row.version),
        free_ports=row.free_ports,
    )


def to_details(device: AccessDevice) -> DeviceDetails:
    return DeviceDetails(
        device_type=_text(device.device_type),
        mac=mac_column(_text(device.mac_address)),
        net_address=_text(device.net_address),
        status=_text(device.status),
        version=_text(device.version),
        serial_number=_text(device.serial_number),
        description=_text(device.description),
        physical_location=_text(device.physical_location),
        number_of_ports=device.number_of_ports,
        number_of_assigned_ports=device.number_of_assigned_ports,
    )


def to_person(device_name: str, person: ConnectedUser | EndPoint) -> PersonOnLine:
    return PersonOnLine(
        device_name=device_name,
        port=person.order,
        line_port=_text(person.line_port),
        user_id=_text(person.user_id),
        first_name=_text(person.first_name),
        last_name=_text(person.last_name),
        phone_number=_text(person.phone_number),
        extension=_text(person.extension),
    )


def _text(value: str | None) -> str:
    """Return "" for what the platform sent wrong, as its row says, and what a database can store for all else."""
    return (value or "").replace("\0", REPLACEMENT)
