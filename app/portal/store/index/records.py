"""Readings as the index keeps them, and the texts that a search looks into."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any

from app.portal.domain import mac
from app.portal.domain.search_words import fold

_DIGITS = re.compile("[0-9]+")
PHONE_DIGITS = 9  # the last ones of a phone number, which are the same in every notation of it
_SEARCHED = (
    "device_name",
    "mac",
    "serial_number",
    "net_address",
    "version",
    "device_type",
    "description",
    "physical_location",
)
LISTED = ("device_type", "mac", "net_address", "status", "version")  # also in a row of the list


@dataclass(frozen=True, kw_only=True)
class ListedDevice:
    """A device as its group's list shows it."""

    device_name: str
    device_type: str
    mac: str
    net_address: str
    status: str
    version: str
    free_ports: int | None


@dataclass(frozen=True, kw_only=True)
class DeviceDetails:
    """The fields that the device itself answers."""

    device_type: str
    mac: str
    net_address: str
    status: str
    version: str
    serial_number: str
    description: str
    physical_location: str
    number_of_ports: int | None
    number_of_assigned_ports: int | None


@dataclass(frozen=True, kw_only=True)
class PersonOnLine:
    """A person on a line of a device."""

    device_name: str
    port: int | None
    line_port: str
    user_id: str
    first_name: str
    last_name: str
    phone_number: str
    extension: str


@dataclass(frozen=True, kw_only=True)
class FileOnDevice:
    """A config file of a device; `sha256` and `size` in bytes are None where its content was not read."""

    file_format: str
    is_custom: bool
    sha256: str | None = None
    size: int | None = None


def device_search_columns(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the searched text of a device, a MAC in it as lower-case hex digits, all else folded; and its keys."""
    return {
        "search_text": _join(values.get(name) or "" for name in _SEARCHED),
        "name_key": fold(values["device_name"]),
        "serial_key": fold(values.get("serial_number") or ""),
    }


def person_search_columns(person: PersonOnLine) -> dict[str, str]:
    name = f"{person.first_name} {person.last_name}".strip()
    phone = "".join(_DIGITS.findall(person.phone_number))
    texts = (person.first_name, person.last_name, name, person.extension, phone, person.user_id, person.line_port)
    return {
        "search_text": _join(texts),
        "name_key": fold(name),
        "user_key": fold(person.user_id),
        "line_key": fold(person.line_port),
        "phone_key": phone[-PHONE_DIGITS:],
    }


def group_text(*names: str) -> str:
    return _join(names)


def digest_of(records: Iterable[PersonOnLine]) -> str:
    """Return the same for equal records in any order."""
    lines = sorted(repr(astuple(record)) for record in records)
    return hashlib.sha256("\n".join(lines).encode(errors="backslashreplace")).hexdigest()


def columns_of(record: ListedDevice | DeviceDetails | PersonOnLine | FileOnDevice) -> dict[str, Any]:
    return asdict(record)


def mac_column(address: str) -> str:
    """Return the digits of a MAC, and what is none as it came."""
    return mac.parse(address) or address


def _join(texts: Iterable[str]) -> str:
    lines = dict.fromkeys(fold(text).replace("\n", " ") for text in texts if text)
    return "\n".join(("", *lines, ""))
