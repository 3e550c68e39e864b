"""The criteria of searches: `insensitiveDeviceNameContains`, `sensitiveUserIdEquals` and the like, by name.

They are applied here and not in SQL: SQLite ignores the case of ASCII only, PostgreSQL follows a locale, and
both shall find the same rows.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")
Criterion = Callable[[Any, str], bool]  # a row, and the text to look for

RESPONSE_SIZE_LIMIT = "responseSizeLimit"

_SEPARATORS = re.compile("[-:. ]")  # in a MAC address
_MODES: dict[str, Callable[[str, str], bool]] = {
    "Contains": lambda text, part: part in text,
    "Starts": str.startswith,
    "Equals": str.__eq__,
}


def _criterion(attribute: str, mode: str, *, sensitive: bool) -> Criterion:
    def fold(text: str) -> str:
        return text if sensitive else text.casefold()

    def matches(row: Any, wanted: str) -> bool:
        part = _SEPARATORS.sub("", wanted) if attribute == "mac_address" else wanted
        return _MODES[mode](fold(attrgetter(attribute)(row)), fold(part))

    return matches


def _criteria(attributes: Mapping[str, str]) -> dict[str, Criterion]:
    """Return the criteria of rows whose fields have these names in criteria, with the attributes that hold them."""
    return {
        f"{case}{field}{mode}": _criterion(attribute, mode, sensitive=case == "sensitive")
        for case in ("insensitive", "sensitive")
        for field, attribute in attributes.items()
        for mode in _MODES
    }


DEVICE_CRITERIA = _criteria(
    {
        "DeviceName": "device_name",
        "DeviceType": "device_type",
        "DeviceMacAddress": "mac_address",
        "DeviceNetAddress": "net_address",
        "DeviceVersion": "version",
        "DeviceTenantId": "tenant_id",
        "DeviceGroupId": "group_id",
    }
)
END_POINT_CRITERIA = _criteria({"UserLastName": "last_name", "UserFirstName": "first_name", "UserId": "user_id"})


def mac_parts(wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the MAC address of each hit contains, in lower case.

    A MAC address is ASCII in every database, so that SQL can leave out devices by it.
    """
    for key, text in wanted.items():
        part = _SEPARATORS.sub("", text or "").casefold() if "DeviceMacAddress" in key else ""
        if part:
            yield part


def find_rows(rows: Iterable[T], criteria: Mapping[str, Criterion], wanted: Mapping[str, Any]) -> Iterator[T]:
    """Yield the rows that meet every criterion, as many as `responseSizeLimit` says; None is no criterion."""
    checks = [(criteria[key], text) for key, text in wanted.items() if key in criteria and text is not None]
    return islice((row for row in rows if _meets(row, checks)), wanted.get(RESPONSE_SIZE_LIMIT))


def _meets(row: object, checks: Sequence[tuple[Criterion, str]]) -> bool:
    return all(matches(row, text) for matches, text in checks)
