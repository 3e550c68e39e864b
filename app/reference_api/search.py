"""Finding devices in every group."""

from collections.abc import Mapping
from itertools import starmap
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.answers import FoundDevice
from app.reference_api.devices import row_columns
from app.reference_api.reboots import RebootSimulation
from app.reference_api.search_criteria import DEVICE_CRITERIA, find_rows
from app.reference_api.tables import AccessDevice, Group


def find_devices(session: Session, wanted: Mapping[str, Any], reboots: RebootSimulation) -> list[FoundDevice]:
    """Return the devices that meet every criterion, by tenant, group and name."""
    rows = session.execute(
        select(*row_columns(reboots), Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        .order_by(Group.tenant_id, Group.group_id, AccessDevice.device_name)
    )
    return list(find_rows(starmap(FoundDevice, rows), DEVICE_CRITERIA, wanted))
