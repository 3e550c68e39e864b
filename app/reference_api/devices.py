"""Access devices: listing, reading and changing them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any, cast

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from app.reference_api.answers import AccessDeviceAnswer, AccessDeviceRow
from app.reference_api.auth import Caller
from app.reference_api.errors import Code, NotFound, Problem, Refused, invalid
from app.reference_api.file_urls import resolved_name
from app.reference_api.phone_types import CATALOGUE, PhoneType
from app.reference_api.reboots import Reboots
from app.reference_api.tables import AccessDevice, Group, Line

UNLIMITED_FREE, UNLIMITED_PORTS = 99_999, -1

assigned_lines = (
    select(func.count()).where(Line.device_key == AccessDevice.id).correlate(AccessDevice).scalar_subquery()
)

_free_ports = case(
    {name: each.ports - assigned_lines for name, each in CATALOGUE.items() if each.ports is not None},
    value=AccessDevice.device_type,
    else_=UNLIMITED_FREE,
)


def rows(session: Session, group_key: int, reboots: Reboots) -> Iterator[AccessDeviceRow]:
    """The group's devices by name, in one query; they are read from the database as one asks for them."""
    in_group = select(*columns_of_rows(reboots)).where(AccessDevice.group_key == group_key)
    found = session.connection().execute(in_group.order_by(AccessDevice.device_name))
    # From the driver itself: SQLAlchemy would make a row of its own of each, which takes as long as all that follows.
    return starmap(AccessDeviceRow, cast("Iterable[tuple[Any, ...]]", found.cursor))


def columns_of_rows(reboots: Reboots) -> Sequence[SQLCoreOperations[Any]]:
    """The fields of an AccessDeviceRow."""
    return (
        AccessDevice.device_name,
        AccessDevice.device_type,
        func.coalesce(AccessDevice.mac_address, ""),
        AccessDevice.net_address,
        reboots.status(),
        AccessDevice.version,
        _free_ports,
    )


def show(session: Session, device_key: int, reboots: Reboots) -> AccessDeviceAnswer:
    """Raises NotFound."""
    wanted = select(AccessDevice, reboots.status(), assigned_lines).where(AccessDevice.id == device_key)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    device, status, assigned = found
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


def _configuration_file_name(phone_type: PhoneType, mac: str | None) -> str:
    if not phone_type.files:
        return ""
    return resolved_name(phone_type.files[0].file_format, mac) or ""


def columns(values: Mapping[str, object], hasher: PasswordHasher) -> dict[str, object]:
    """Values as a schema read them, by column. An emptied userName takes its password along."""
    by_column = {_snake(key): _stored(key, value) for key, value in values.items()}
    if "user_name" in by_column and not by_column["user_name"]:
        by_column["password_hash"] = None
    if "password" in by_column:
        by_column["password_hash"] = hasher.hash(str(by_column.pop("password")))
    return by_column


def _snake(key: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", key).lower()


def _stored(key: str, value: object) -> object:
    return "" if value is None and key not in {"macAddress", "netPort"} else value


def create(session: Session, group_key: int, values: Mapping[str, object], reboots: Reboots) -> AccessDeviceAnswer:
    """Raises Refused, and IntegrityError (see `conflict`) when the name or the MAC is taken."""
    device = AccessDevice(group_key=group_key, **values)
    _check_credentials(device)
    session.add(device)
    session.flush()
    return show(session, device.id, reboots)


def update(session: Session, device_key: int, values: Mapping[str, object], reboots: Reboots) -> AccessDeviceAnswer:
    """Raises Refused, NotFound, and IntegrityError (see `conflict`) when the MAC is taken."""
    device = locked(session, device_key)
    for column, value in values.items():
        setattr(device, column, value)
    _check_credentials(device)
    session.flush()
    return show(session, device_key, reboots)


def locked(session: Session, device_key: int) -> AccessDevice:
    """The device, held against other writers until the transaction ends. Raises NotFound."""
    device = session.get(AccessDevice, device_key, with_for_update=True)
    if device is None:
        raise NotFound
    return device


def _check_credentials(device: AccessDevice) -> None:
    wanted = device.use_custom_user_name_password or device.user_name or device.password_hash
    present = {"userName": device.user_name, "password": device.password_hash}
    missing = [f"{key}: is required: a userName and a password go together" for key in present if not present[key]]
    if wanted and missing:
        raise invalid(*missing)


def remove(session: Session, device_key: int) -> None:
    """Raises Refused while users are connected, NotFound."""
    device = locked(session, device_key)
    users = session.scalar(select(func.count()).where(Line.device_key == device_key)) or 0
    if users:
        words = f"The device is in use: {users} connected user{'s' * (users > 1)}"
        raise Refused(Problem(Code.IN_USE, words))
    session.execute(delete(AccessDevice).where(AccessDevice.id == device.id))


def ask_to_reboot(session: Session, device_key: int, reboots: Reboots) -> None:
    """Raises Refused, NotFound."""
    device = locked(session, device_key)
    if not CATALOGUE[device.device_type].can_be_reset:
        raise Refused(Problem(Code.UNSUPPORTED_OPERATION, "This type of device does not support a reset"))
    device.reboot_asked_at = reboots.clock()


def conflict(
    session: Session, caller: Caller, group_key: int, values: Mapping[str, object], device_key: int = 0
) -> Refused:
    """Why the database refused `values`; who holds a MAC is named only where the caller reaches."""
    problems = []
    named = (AccessDevice.group_key == group_key, AccessDevice.device_name == values.get("device_name"))
    if session.scalar(select(AccessDevice.id).where(*named)):
        problems.append("deviceName: the group already has a device of this name")
    holder = session.execute(
        select(AccessDevice.device_name, Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        # An absent MAC is "" here and NULL in the table: it finds nothing.
        .where(AccessDevice.mac_address == (values.get("mac_address") or ""), AccessDevice.id != device_key)
    ).one_or_none()
    if holder:
        name, tenant_id, group_id = holder
        seen = f": {name} in {tenant_id} / {group_id}" if caller.reaches(tenant_id, group_id) else ""
        problems.append(f"macAddress: another device already has this MAC address{seen}")
    problems = problems or ["Another device had this name or MAC address a moment ago: try again"]
    return Refused(*(Problem(Code.ALREADY_EXISTS, words) for words in problems))
