"""Finding devices in every group."""

from collections.abc import Mapping
from itertools import starmap

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.answers import FoundDevice
from app.reference_api.criteria import CRITERIA
from app.reference_api.devices import columns_of_rows
from app.reference_api.reboots import Reboots
from app.reference_api.tables import AccessDevice, Group


def find(session: Session, wanted: Mapping[str, object], reboots: Reboots) -> list[FoundDevice]:
    """The devices that meet every criterion, by tenant, group and name."""
    found = session.execute(
        select(*columns_of_rows(reboots), Group.tenant_id, Group.group_id)
        .join(Group, Group.id == AccessDevice.group_key)
        .order_by(Group.tenant_id, Group.group_id, AccessDevice.device_name)
    )
    rows = starmap(FoundDevice, found)
    tests = [(CRITERIA[key], str(value)) for key, value in wanted.items() if value is not None]
    return [device for device in rows if all(holds(device, part) for holds, part in tests)]
