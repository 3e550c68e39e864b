"""Finding devices in every group."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, collate, func, select
from sqlalchemy.orm import Session

from app.reference_api.answers import FoundDevice
from app.reference_api.devices import row_columns
from app.reference_api.reboots import RebootSimulation
from app.reference_api.search_criteria import DEVICE_CRITERIA, FOLDED_TO_ASCII, find_rows
from app.reference_api.tables import AccessDevice, Group

_SEARCHED: dict[str, SQLColumnExpression[str]] = {
    "device_name": AccessDevice.device_name,
    "device_type": AccessDevice.device_type,
    "mac_address": func.coalesce(AccessDevice.mac_address, ""),
    "net_address": AccessDevice.net_address,
    "version": AccessDevice.version,
    "tenant_id": Group.tenant_id,
    "group_id": Group.group_id,
}
_ORDER = (Group.tenant_id, Group.group_id, AccessDevice.device_name)
_AT_ONCE = 500  # hits that are read by one statement


def find_devices(session: Session, wanted: Mapping[str, Any], reboots: RebootSimulation) -> list[FoundDevice]:
    """Return the devices that meet every criterion, by tenant, group and name.

    Only what is searched is read of all devices, and the rest of those that meet the criteria.
    """
    columns: list[Any] = [column.label(name) for name, column in _SEARCHED.items()]
    searched = select(AccessDevice.id, *columns).join(Group, Group.id == AccessDevice.group_key)
    searched = searched.where(*_narrow(wanted, session.get_bind().dialect.name)).order_by(*_ORDER)
    rows = session.execute(searched.execution_options(yield_per=_AT_ONCE))
    hits = [row.id for row in find_rows(rows, DEVICE_CRITERIA, wanted)]
    chunks = (hits[begin : begin + _AT_ONCE] for begin in range(0, len(hits), _AT_ONCE))
    return [device for ids in chunks for device in _read_devices(session, ids, reboots)]


def _narrow(wanted: Mapping[str, Any], dialect: str) -> Iterator[ColumnElement[bool]]:
    """Yield what SQL can tell of the hits of what is ASCII: it is in a text as it is, or as letters that equal it."""
    for key, text in wanted.items():
        criterion = DEVICE_CRITERIA.get(key)
        part = criterion.part(text) if criterion and text else ""
        if not criterion or not part or not part.isascii():
            continue
        if dialect == "postgresql":
            column = _SEARCHED[criterion.attribute]
            has_part = func.lower(collate(column, "C")).contains(part.lower(), autoescape=True)
            has_others = func.octet_length(column) > func.char_length(column)  # quickly told
            yield has_part | (has_others & column.regexp_match(f"[{FOLDED_TO_ASCII}]"))
        elif criterion.attribute == "mac_address":  # ASCII only; a function of ours is called for each row
            yield func.lower(AccessDevice.mac_address).contains(part.lower(), autoescape=True)


def _read_devices(session: Session, ids: Sequence[int], reboots: RebootSimulation) -> Iterator[FoundDevice]:
    whole = select(*row_columns(reboots), Group.tenant_id, Group.group_id)
    of_ids = whole.join(Group, Group.id == AccessDevice.group_key).where(AccessDevice.id.in_(ids))
    return starmap(FoundDevice, session.execute(of_ids.order_by(*_ORDER)))
