"""Kinds of JSON values. Each reads one, as the stored form, or raises ValueError with the words why not.

Each also says itself as JSON Schema, for the API's description.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.reference_api.rules import (
    HOST_PATTERN,
    MAC_PATTERN,
    NAME_PATTERN,
    UNADDRESSABLE,
    check_host,
    check_name,
    normal_mac,
)

JsonSchema = dict[str, Any]

_NO_NUL = {"pattern": r"^[^\x00]*$"}
# The last character before the padding holds bits that no byte has; they are 0.
_BASE64_PATTERN = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"


class Kind(Protocol):
    def read(self, value: object) -> object: ...

    def json_schema(self) -> JsonSchema: ...


@dataclass(frozen=True)
class Anything:
    def read(self, value: object) -> object:
        return value

    def json_schema(self) -> JsonSchema:
        return {}


@dataclass(frozen=True)
class Boolean:
    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Integer:
    minimum: int
    maximum: int | None = None

    def read(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self._holds(value):
            raise ValueError(f"must be a whole number {self._range}")
        return value

    def _holds(self, value: int) -> bool:
        return value >= self.minimum and (self.maximum is None or value <= self.maximum)

    def json_schema(self) -> JsonSchema:
        most = {} if self.maximum is None else {"maximum": self.maximum}
        return {"type": "integer", "minimum": self.minimum, **most}

    @property
    def _range(self) -> str:
        return f"from {self.minimum}" + ("" if self.maximum is None else f" to {self.maximum}")


@dataclass(frozen=True)
class Text:
    """Lengths count characters. `check` sees a text of the right length; `said` puts it as JSON Schema."""

    maximum: int
    minimum: int = 1
    check: Callable[[str], None] | None = None
    said: Mapping[str, object] = field(default_factory=lambda: _NO_NUL)

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        if not self.minimum <= len(value) <= self.maximum:
            raise ValueError(f"must have {self.minimum} to {self.maximum} characters")
        if "\0" in value:  # PostgreSQL cannot store it
            raise ValueError("must not hold a NUL character")
        if self.check:
            self.check(value)
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "minLength": self.minimum, "maxLength": self.maximum, **self.said}


@dataclass(frozen=True)
class Choice:
    among: tuple[str, ...]

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.among:
            raise ValueError("must be one of " + ", ".join(self.among))
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "enum": list(self.among)}


@dataclass(frozen=True)
class Mac:
    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        return normal_mac(value)

    def json_schema(self) -> JsonSchema:
        words = "A MAC address in any usual notation; kept as 12 upper-case hexadecimal digits"
        return {"type": "string", "pattern": MAC_PATTERN, "description": words}


@dataclass(frozen=True)
class Base64:
    """Strict: one text stands for the bytes, the one that encoding them gives. `maximum` counts bytes, and is
    told here, checked by whoever stores them."""

    maximum: int

    def read(self, value: object) -> bytes:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        try:
            content = base64.b64decode(value.encode("ascii"), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            content = b""
        if base64.b64encode(content).decode() != value:
            raise ValueError("must be base64, without line breaks and with its padding")
        return content

    def json_schema(self) -> JsonSchema:
        return {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": _BASE64_PATTERN,
            "maxLength": -(-self.maximum // 3) * 4,
            "description": f"Base64 of at most {self.maximum} bytes, without line breaks and with its padding",
        }


def name(maximum: int) -> Text:
    words = "No space at either end, no control character, no slash, neither . nor .."
    said = {"pattern": NAME_PATTERN, "not": {"enum": list(UNADDRESSABLE)}, "description": words}
    return Text(maximum, check=check_name, said=said)


def host(maximum: int) -> Text:
    kinds = [{"format": "ipv4"}, {"format": "ipv6"}, {"pattern": HOST_PATTERN}]
    return Text(maximum, check=check_host, said={"anyOf": kinds, "description": "An IP address or a host name"})


def secret(maximum: int) -> Text:
    return Text(maximum, said={**_NO_NUL, "writeOnly": True, "description": "Written, never returned"})
