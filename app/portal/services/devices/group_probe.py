"""The cheapest call by which this platform tells whether a session may see a group."""

from collections.abc import Iterable, Sequence
from itertools import islice
from types import NoneType

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiUnauthenticated
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.paths import devices_path

_GROUP, _END_POINTS, _DEVICE = "group", "end points", "device:"


def find_probe(api: ApiClient, group: GroupRef, rows: Sequence[AccessDeviceRow]) -> str | None:
    """Return the name of a call that the platform answers for this group; None if there is none."""
    for probe in _candidates(rows):
        try:
            call_probe(api, group, probe)
        except ApiUnauthenticated:
            raise
        except ApiError:
            continue
        return probe
    return None


def call_probe(api: ApiClient, group: GroupRef, probe: str) -> None:
    """Raise what the platform answers to a session that may not see the group."""
    path = ("tenants", group.tenant_id, "groups", group.group_id)
    if probe == _GROUP:
        api.get(path, NoneType)
    elif probe == _END_POINTS:
        api.get((*path, "device_end_points"), NoneType, {"responseSizeLimit": "1"})
    else:
        api.get(devices_path(group, probe.removeprefix(_DEVICE)), NoneType)


def _candidates(rows: Sequence[AccessDeviceRow]) -> Iterable[str]:
    yield _GROUP
    yield _END_POINTS
    yield from islice((f"{_DEVICE}{row.device_name}" for row in rows if not row.unlinkable_reason), 1)
