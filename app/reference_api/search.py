"""Finding devices in every group."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reference_api.answers import FoundDevice
from app.reference_api.devices import row_columns
from app.reference_api.reboots import RebootSimulation
from app.reference_api.search_criteria import DEVICE_CRITERIA, find_rows, mac_parts
from app.reference_api.tables import AccessDevice, Group

_SEARCHED = (
    AccessDevice.device_name,
    AccessDevice.device_type,
    func.coalesce(AccessDevice.mac_address, "").label("mac_address"),
    AccessDevice.net_address,
    AccessDevice.version,
    Group.tenant_id,
    Group.group_id,
)
_ORDER = (Group.tenant_id, Group.group_id, AccessDevice.device_name)
_AT_ONCE = 500  # hits that are read by one statement


def find_devices(session: Session, wanted: Mapping[str, Any], reboots: RebootSimulation) -> list[FoundDevice]:
    """Return the devices that meet every criterion, by tenant, group and name.

    Only what is searched is read of all devices, and the rest of those that meet the criteria.
    """
    searched = select(AccessDevice.id, *_SEARCHED).join(Group, Group.id == AccessDevice.group_key)
    for part in mac_parts(wanted):
        searched = searched.where(func.lower(AccessDevice.mac_address).contains(part, autoescape=True))
    rows = session.execute(searched.order_by(*_ORDER).execution_options(yield_per=_AT_ONCE))
    hits = [row.id for row in find_rows(rows, DEVICE_CRITERIA, wanted)]
    chunks = (hits[begin : begin + _AT_ONCE] for begin in range(0, len(hits), _AT_ONCE))
    return [device for ids in chunks for device in _read_devices(session, ids, reboots)]


def _read_devices(session: Session, ids: Sequence[int], reboots: RebootSimulation) -> Iterator[FoundDevice]:
    whole = select(*row_columns(reboots), Group.tenant_id, Group.group_id)
    of_ids = whole.join(Group, Group.id == AccessDevice.group_key).where(AccessDevice.id.in_(ids))
    return starmap(FoundDevice, session.execute(of_ids.order_by(*_ORDER)))
