"""Access devices: listing, reading and changing them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, cast

import msgspec
from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from app.password_hashing import LimitedHasher
from app.reference_api.answers import AccessDeviceAnswer, AccessDeviceRow
from app.reference_api.auth import Caller
from app.reference_api.errors import Code, Refused, require
from app.reference_api.file_urls import resolved_name
from app.reference_api.phone_types import CATALOGUE, PhoneType
from app.reference_api.reboots import RebootSimulation
from app.reference_api.tables import AccessDevice, Group, Line

UNLIMITED_FREE, UNLIMITED_PORTS = 99_999, -1

_assigned_ports = (
    select(func.count()).where(Line.device_key == AccessDevice.id).correlate(AccessDevice).scalar_subquery()
)
_free_ports = case(
    {name: phone.ports - _assigned_ports for name, phone in CATALOGUE.items() if phone.ports is not None},
    value=AccessDevice.device_type,
    else_=UNLIMITED_FREE,
)


def list_devices(session: Session, group_key: int, reboots: RebootSimulation) -> Iterator[AccessDeviceRow]:
    """Yield the group's devices by name, from one query that is read as the caller goes on."""
    in_group = select(*row_columns(reboots)).where(AccessDevice.group_key == group_key)
    result = session.connection().execute(in_group.order_by(AccessDevice.device_name))
    # From the driver itself: SQLAlchemy's own row objects would take as long as everything else together.
    return starmap(AccessDeviceRow, cast("Iterable[tuple[Any, ...]]", result.cursor))


def row_columns(reboots: RebootSimulation) -> Sequence[SQLCoreOperations[Any]]:
    """Return the columns of an AccessDeviceRow, in the order of its fields."""
    return (
        AccessDevice.device_name,
        AccessDevice.device_type,
        func.coalesce(AccessDevice.mac_address, ""),
        AccessDevice.net_address,
        reboots.status(),
        AccessDevice.version,
        _free_ports,
    )


def get_device(session: Session, device_key: int, reboots: RebootSimulation) -> AccessDeviceAnswer:
    """Raises NotFound."""
    query = select(AccessDevice, reboots.status(), _assigned_ports).where(AccessDevice.id == device_key)
    device, status, assigned = require(session.execute(query).one_or_none())
    phone_type = CATALOGUE[device.device_type]
    return AccessDeviceAnswer(
        device_name=device.device_name,
        device_type=device.device_type,
        protocol=device.protocol,
        mac_address=device.mac_address or "",
        net_address=device.net_address,
        net_port=msgspec.UNSET if device.net_port is None else device.net_port,
        outbound_proxy_server_net_address=device.outbound_proxy_server_net_address,
        stun_server_net_address=device.stun_server_net_address,
        serial_number=device.serial_number,
        description=device.description,
        physical_location=device.physical_location,
        transport_protocol=device.transport_protocol,
        use_custom_user_name_password=device.use_custom_user_name_password,
        user_name=device.user_name,
        number_of_ports=UNLIMITED_PORTS if phone_type.ports is None else phone_type.ports,
        number_of_assigned_ports=assigned,
        version=device.version,
        configuration_file_name=_configuration_file_name(phone_type, device.mac_address),
        status=status,
    )


def read_only_values(device: AccessDeviceAnswer) -> dict[str, object]:
    """Return what a change may repeat: the device's keys, and freePorts, which only rows of the list have."""
    ports, assigned = device.number_of_ports, device.number_of_assigned_ports
    free_ports = UNLIMITED_FREE if ports == UNLIMITED_PORTS else ports - assigned
    return {**msgspec.to_builtins(device), "freePorts": free_ports}


def _configuration_file_name(phone_type: PhoneType, mac: str | None) -> str:
    if not phone_type.files:
        return ""
    return resolved_name(phone_type.files[0].file_format, mac) or ""


def to_columns(values: Mapping[str, object], hasher: LimitedHasher) -> dict[str, object]:
    """Map values as a schema read them to columns. An emptied userName removes its password."""
    columns = {_to_snake_case(key): _to_stored(key, value) for key, value in values.items()}
    if "user_name" in columns and not columns["user_name"]:
        columns["password_hash"] = None
    if "password" in columns:
        columns["password_hash"] = hasher.hash(str(columns.pop("password")))
    return columns


def _to_snake_case(key: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", key).lower()


def _to_stored(key: str, value: object) -> object:
    return "" if value is None and key not in {"macAddress", "netPort"} else value


def create_device(
    session: Session, group_key: int, values: Mapping[str, object], reboots: RebootSimulation
) -> AccessDeviceAnswer:
    """Raises Refused, and IntegrityError (see `explain_conflict`) when the name or the MAC is taken."""
    device = AccessDevice(group_key=group_key, **values)
    _check_credentials(device)
    session.add(device)
    session.flush()
    return get_device(session, device.id, reboots)


def update_device(
    session: Session, device_key: int, values: Mapping[str, object], reboots: RebootSimulation
) -> AccessDeviceAnswer:
    """Raises Refused, NotFound, and IntegrityError (see `explain_conflict`) when the MAC is taken."""
    device = lock_device(session, device_key)
    for column, value in values.items():
        setattr(device, column, value)
    _check_credentials(device)
    session.flush()
    return get_device(session, device_key, reboots)


def lock_device(session: Session, device_key: int) -> AccessDevice:
    """Keep other writers off the device until the transaction ends. Raises NotFound."""
    return require(session.get(AccessDevice, device_key, with_for_update=True))


def _check_credentials(device: AccessDevice) -> None:
    is_needed = device.use_custom_user_name_password or device.user_name or device.password_hash
    credentials = {"userName": device.user_name, "password": device.password_hash}
    missing = [
        f"{key}: is required: a userName and a password go together" for key in credentials if not credentials[key]
    ]
    if is_needed and missing:
        raise Refused(*missing)


def delete_device(session: Session, device_key: int) -> None:
    """Raises Refused while users are connected, NotFound."""
    device = lock_device(session, device_key)
    users = session.scalar(select(func.count()).where(Line.device_key == device_key)) or 0
    if users:
        raise Refused(f"The device is in use: {users} connected user{'s' * (users > 1)}", code=Code.IN_USE)
    session.execute(delete(AccessDevice).where(AccessDevice.id == device.id))


def request_reboot(session: Session, device_key: int, reboots: RebootSimulation) -> None:
    """Raises Refused, NotFound."""
    device = lock_device(session, device_key)
    if not CATALOGUE[device.device_type].can_be_reset:
        raise Refused("This type of device does not support a reset", code=Code.UNSUPPORTED_OPERATION)
    device.reboot_asked_at = reboots.clock()


def explain_conflict(
    session: Session, caller: Caller, group_key: int, values: Mapping[str, object], device_key: int = 0
) -> Refused:
    """Find why the database refused `values`. The holder of a MAC is named only where the caller can reach it."""
    problems = []
    same_name = (AccessDevice.group_key == group_key, AccessDevice.device_name == values.get("device_name"))
    if session.scalar(select(AccessDevice.id).where(*same_name)):
        problems.append("deviceName: the group already has a device of this name")
    holder = session.execute(
        select(AccessDevice.device_name, Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        # An absent MAC is "" here and NULL in the table: it matches nothing.
        .where(AccessDevice.mac_address == (values.get("mac_address") or ""), AccessDevice.id != device_key)
    ).one_or_none()
    if holder:
        name, tenant_id, group_id = holder
        where = f": {name} in {tenant_id} / {group_id}" if caller.can_reach(tenant_id, group_id) else ""
        problems.append(f"macAddress: another device already has this MAC address{where}")
    problems = problems or ["Another device had this name or MAC address a moment ago: try again"]
    return Refused(*problems, code=Code.ALREADY_EXISTS)
