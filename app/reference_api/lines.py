"""The users connected to a device, and their order."""

from collections.abc import Mapping

from msgspec import convert
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.reference_api.answers import ConnectedUser, ConnectedUsers, Department
from app.reference_api.devices import lock_device
from app.reference_api.errors import Refused, require
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.rules import Ordering, check_order, check_ordering
from app.reference_api.schemas import CONNECTED_USER, CONNECTED_USERS
from app.reference_api.tables import AccessDevice, Group, Line


def list_users(session: Session, device_key: int) -> ConnectedUsers:
    """Raises NotFound."""
    query = (
        select(AccessDevice.device_type, Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        .where(AccessDevice.id == device_key)
    )
    device_type, tenant_id, group_id = require(session.execute(query).one_or_none())
    ordering = CATALOGUE[device_type].ordering
    lines = session.scalars(select(Line).where(Line.device_key == device_key).order_by(Line.order))
    return ConnectedUsers(
        connected_users=[_user(line, tenant_id, group_id) for line in lines],
        no_line_reordering=ordering is Ordering.FIXED,
        static_line_reordering=ordering is Ordering.STATIC,
    )


def _user(line: Line, tenant_id: str, group_id: str) -> ConnectedUser:
    user = convert(line, ConnectedUser, from_attributes=True)
    name, path = line.department_name, line.department_path
    return replace(user, department=Department(tenant_id, group_id, name, path or name)) if name else user


def reorder(session: Session, device_key: int, body: Mapping[str, object]) -> ConnectedUsers:
    """Raises Refused, NotFound."""
    phone_type = CATALOGUE[lock_device(session, device_key).device_type]
    check_ordering(phone_type.ordering)
    wanted = parse_order(body)
    current = session.scalars(select(Line.line_port).where(Line.device_key == device_key)).all()
    check_order(wanted, current, phone_type.ordering, phone_type.ports)
    if wanted:
        _move(session, device_key, wanted)
    return list_users(session, device_key)


def _move(session: Session, device_key: int, wanted: Mapping[str, int]) -> None:
    # Not even for a moment may two lines have one port: give all of them negative ports first.
    session.execute(update(Line).where(Line.device_key == device_key).values(order=-Line.order))
    session.connection().execute(
        update(Line).where(Line.line_port == bindparam("moved_line")).values(order=bindparam("new_order")),
        [{"moved_line": line_port, "new_order": order} for line_port, order in wanted.items()],
    )
    session.expire_all()


def parse_order(body: Mapping[str, object]) -> dict[str, int]:
    """Return the wanted orders by linePort, from linePorts in order or from objects. Raises Refused."""
    items = CONNECTED_USERS.read(body)["connected_users"]
    pairs = [
        (item, position) if isinstance(item, str) else _read_pair(item) for position, item in enumerate(items, start=1)
    ]
    wanted = dict(pairs)
    if len(wanted) < len(pairs):
        raise Refused("connected_users: each linePort can only be present once")
    return wanted


def _read_pair(item: Mapping[str, object]) -> tuple[str, int]:
    values = CONNECTED_USER.read(item)
    return values["linePort"], values["order"]
