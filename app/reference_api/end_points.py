"""The lines of a whole group: who is connected to which device."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.answers import EndPoint
from app.reference_api.search_criteria import END_POINT_CRITERIA, RESPONSE_SIZE_LIMIT, find_rows
from app.reference_api.tables import AccessDevice, Line

_ROWS = (
    select(
        AccessDevice.device_name,
        Line.line_port,
        Line.user_id,
        Line.last_name,
        Line.first_name,
        Line.phone_number,
        Line.extension,
        Line.order,
    )
    .join(AccessDevice, AccessDevice.id == Line.device_key)
    .order_by(AccessDevice.device_name, Line.order)
)


def find_end_points(session: Session, group_key: int, wanted: Mapping[str, Any]) -> Iterator[EndPoint]:
    """Yield the end points that meet every criterion, by device and order, from one query that is read meanwhile."""
    in_group = _ROWS.where(AccessDevice.group_key == group_key)
    if wanted.keys() <= {RESPONSE_SIZE_LIMIT}:
        in_group = in_group.limit(wanted.get(RESPONSE_SIZE_LIMIT))
    result = session.connection().execute(in_group)
    # From the driver itself, as for the list of devices.
    rows = starmap(EndPoint, cast("Iterable[tuple[Any, ...]]", result.cursor))
    return find_rows(rows, END_POINT_CRITERIA, wanted)
