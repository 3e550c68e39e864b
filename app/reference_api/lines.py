"""The users connected to a device, and re-ordering them."""

from collections.abc import Mapping

from msgspec import UNSET
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.reference_api.answers import ConnectedUser, ConnectedUsers, Department
from app.reference_api.devices import locked
from app.reference_api.errors import NotFound, invalid
from app.reference_api.fields import Schema
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.rules import Ordering, check_order, check_ordering
from app.reference_api.schemas import CONNECTED_USER, CONNECTED_USERS
from app.reference_api.tables import AccessDevice, Group, Line


def show(session: Session, device_key: int) -> ConnectedUsers:
    """Raises NotFound."""
    found = session.execute(
        select(AccessDevice.device_type, Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        .where(AccessDevice.id == device_key)
    ).one_or_none()
    if found is None:
        raise NotFound
    device_type, tenant_id, group_id = found
    ordering = CATALOGUE[device_type].ordering
    lines = session.scalars(select(Line).where(Line.device_key == device_key).order_by(Line.order))
    return ConnectedUsers(
        connected_users=[_user(line, tenant_id, group_id) for line in lines],
        no_line_reordering=ordering is Ordering.FIXED,
        static_line_reordering=ordering is Ordering.STATIC,
    )


def _user(line: Line, tenant_id: str, group_id: str) -> ConnectedUser:
    name, path = line.department_name, line.department_path
    return ConnectedUser(
        line_port=line.line_port,
        user_id=line.user_id,
        last_name=line.last_name,
        first_name=line.first_name,
        phone_number=line.phone_number,
        extension=line.extension,
        email_address=line.email_address,
        user_type=line.user_type,
        endpoint_type=line.endpoint_type,
        order=line.order,
        primary=line.primary,
        department=Department(tenant_id, group_id, name, path or name) if name else UNSET,
    )


def reorder(session: Session, device_key: int, body: Mapping[str, object]) -> ConnectedUsers:
    """Raises Refused, NotFound."""
    phone_type = CATALOGUE[locked(session, device_key).device_type]
    check_ordering(phone_type.ordering)
    wanted = wanted_orders(body)
    present = session.scalars(select(Line.line_port).where(Line.device_key == device_key)).all()
    check_order(wanted, present, phone_type.ordering, phone_type.ports)
    if wanted:
        _move(session, device_key, wanted)
    return show(session, device_key)


def _move(session: Session, device_key: int, wanted: Mapping[str, int]) -> None:
    # Two lines may not hold one port even in passing: all step aside first.
    session.execute(update(Line).where(Line.device_key == device_key).values(order=-Line.order))
    session.connection().execute(
        update(Line).where(Line.line_port == bindparam("moved")).values(order=bindparam("to")),
        [{"moved": line_port, "to": order} for line_port, order in wanted.items()],
    )
    session.expire_all()


def wanted_orders(body: Mapping[str, object]) -> dict[str, int]:
    """The shape of a re-ordering: linePorts in order, or objects with linePort and order. Raises Refused."""
    items = CONNECTED_USERS.read(body)["connected_users"]
    pairs = [
        (item, place) if isinstance(item, str) else _pair(CONNECTED_USER, item)
        for place, item in enumerate(items, start=1)
    ]
    wanted = dict(pairs)
    if len(wanted) < len(pairs):
        raise invalid("connected_users: each linePort can only be present once")
    return wanted


def _pair(schema: Schema, item: Mapping[str, object]) -> tuple[str, int]:
    values = schema.read(item)
    return values["linePort"], values["order"]
