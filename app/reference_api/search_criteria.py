"""The criteria of the device search: `insensitiveDeviceNameContains` and its kin, by name.

They are applied here and not in SQL: SQLite ignores the case of ASCII only, PostgreSQL follows a locale, and
both shall find the same devices.
"""

import re
from collections.abc import Callable
from operator import attrgetter

from app.reference_api.answers import FoundDevice

Criterion = Callable[[FoundDevice, str], bool]

_FIELDS = {
    "Name": attrgetter("device_name"),
    "Type": attrgetter("device_type"),
    "MacAddress": attrgetter("mac_address"),
    "NetAddress": attrgetter("net_address"),
    "Version": attrgetter("version"),
    "TenantId": attrgetter("tenant_id"),
    "GroupId": attrgetter("group_id"),
}
_MODES: dict[str, Callable[[str, str], bool]] = {
    "Contains": lambda text, part: part in text,
    "StartsWith": str.startswith,
    "Equals": str.__eq__,
}


def _criterion(field: str, mode: str, *, sensitive: bool) -> Criterion:
    def fold(text: str) -> str:
        return text if sensitive else text.casefold()

    def matches(device: FoundDevice, wanted: str) -> bool:
        part = re.sub(r"[-:. ]", "", wanted) if field == "MacAddress" else wanted
        return _MODES[mode](fold(_FIELDS[field](device)), fold(part))

    return matches


CRITERIA: dict[str, Criterion] = {
    f"{case}Device{field}{mode}": _criterion(field, mode, sensitive=case == "sensitive")
    for case in ("insensitive", "sensitive")
    for field in _FIELDS
    for mode in _MODES
}
