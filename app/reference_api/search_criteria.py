"""The criteria of searches: `insensitiveDeviceNameContains`, `sensitiveUserIdEquals` and the like, by name.

They are decided here and not in SQL: SQLite ignores the case of ASCII only, PostgreSQL follows a locale, and
both shall find the same rows.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

RESPONSE_SIZE_LIMIT = "responseSizeLimit"
# All characters that have ASCII in them once their case is folded: to "ss", "k" or "fi", for example.
FOLDED_TO_ASCII = "ßİŉſǰẖẗẘẙẚẞ\u212aﬀﬁﬂﬃﬄﬅﬆ"

_SEPARATORS = re.compile("[-:. ]")  # in a MAC address
_MODES: dict[str, Callable[[str, str], bool]] = {
    "Contains": lambda text, part: part in text,
    "Starts": str.startswith,
    "Equals": str.__eq__,
}


@dataclass(frozen=True)
class Criterion:
    attribute: str
    mode: str
    is_sensitive: bool

    def part(self, wanted: str) -> str:
        """Return what a row has to have."""
        part = _SEPARATORS.sub("", wanted) if self.attribute == "mac_address" else wanted
        return part if self.is_sensitive else part.casefold()

    def check(self, wanted: str) -> Callable[[Any], bool]:
        """Return what tells whether a row has it."""
        part, text_of, is_met = self.part(wanted), attrgetter(self.attribute), _MODES[self.mode]
        if self.is_sensitive:
            return lambda row: is_met(text_of(row), part)
        return lambda row: is_met(text_of(row).casefold(), part)


def _criteria(attributes: Mapping[str, str]) -> dict[str, Criterion]:
    """Return the criteria of rows whose fields have these names in criteria, with the attributes that hold them."""
    return {
        f"{case}{field}{mode}": Criterion(attribute, mode, case == "sensitive")
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


def find_rows(rows: Iterable[T], criteria: Mapping[str, Criterion], wanted: Mapping[str, Any]) -> Iterator[T]:
    """Yield the rows that meet every criterion, as many as `responseSizeLimit` says; None is no criterion."""
    checks = [criteria[key].check(text) for key, text in wanted.items() if key in criteria and text is not None]
    return islice((row for row in rows if all(check(row) for check in checks)), wanted.get(RESPONSE_SIZE_LIMIT))
