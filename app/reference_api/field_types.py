"""Types of JSON values: each reads a value into its stored form, and describes itself as JSON Schema.

`read` raises ValueError, whose text completes "<key>: …".
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from app.reference_api.rules import (
    HOST_PATTERN,
    MAC_PATTERN,
    NAME_PATTERN,
    UNADDRESSABLE,
    check_host,
    check_name,
    normalize_mac,
)

JsonSchema = dict[str, Any]

_NO_NUL = {"pattern": r"^[^\x00]*$"}
_BREAKS = r"[\r\n]*"
_DIGIT = f"[A-Za-z0-9+/]{_BREAKS}"
# The last character before the padding holds bits that no byte has; they are 0.
_BASE64_PATTERN = (
    f"^{_BREAKS}(?:(?:{_DIGIT}){{4}})*"
    f"(?:{_DIGIT}[AQgw]{_BREAKS}={_BREAKS}={_BREAKS}|(?:{_DIGIT}){{2}}[AEIMQUYcgkosw048]{_BREAKS}={_BREAKS})?$"
)


class FieldType(Protocol):
    def read(self, value: object) -> object: ...

    def json_schema(self) -> JsonSchema: ...


@dataclass(frozen=True)
class Anything:
    """A value that is ignored, or compared with the present one, whose JSON type is `name`."""

    name: str = ""

    def read(self, value: object) -> object:
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": self.name} if self.name else {}


@dataclass(frozen=True)
class Boolean:
    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class FromQuery:
    """A value that is JSON in a body, and its text in a query: `true`, `100`."""

    type: FieldType

    def read(self, value: object) -> object:
        try:
            decoded = msgspec.json.decode(value.lower()) if isinstance(value, str) else value
        except ValueError:
            decoded = value
        return self.type.read(decoded)

    def json_schema(self) -> JsonSchema:
        return self.type.json_schema()


@dataclass(frozen=True)
class Integer:
    minimum: int
    maximum: int | None = None

    def read(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self._is_in_range(value):
            raise ValueError(f"must be a whole number {self._range}")
        return value

    def _is_in_range(self, value: int) -> bool:
        return value >= self.minimum and (self.maximum is None or value <= self.maximum)

    def json_schema(self) -> JsonSchema:
        maximum = {} if self.maximum is None else {"maximum": self.maximum}
        return {"type": "integer", "minimum": self.minimum, **maximum}

    @property
    def _range(self) -> str:
        return f"from {self.minimum}" + ("" if self.maximum is None else f" to {self.maximum}")


@dataclass(frozen=True)
class Text:
    """Lengths count characters. `check` gets a text of the right length; `schema` is the same as JSON Schema."""

    maximum: int
    minimum: int = 1
    check: Callable[[str], None] | None = None
    schema: Mapping[str, object] = field(default_factory=lambda: _NO_NUL)

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
        return {"type": "string", "minLength": self.minimum, "maxLength": self.maximum, **self.schema}


@dataclass(frozen=True)
class Choice:
    values: tuple[str, ...]

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.values:
            raise ValueError("must be one of " + ", ".join(self.values))
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "enum": list(self.values)}


@dataclass(frozen=True)
class Mac:
    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        return normalize_mac(value)

    def json_schema(self) -> JsonSchema:
        description = "A MAC address in any usual notation; kept as 12 upper-case hexadecimal digits"
        return {"type": "string", "pattern": MAC_PATTERN, "description": description}


@dataclass(frozen=True)
class Base64:
    """Only the text that encoding the bytes gives, with line breaks anywhere.

    `maximum` counts bytes; it is described, not checked.
    """

    maximum: int

    def read(self, value: object) -> bytes:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        text = value.replace("\r", "").replace("\n", "")
        try:
            content = base64.b64decode(text.encode("ascii"), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            content = b""
        if base64.b64encode(content).decode() != text:
            raise ValueError("must be base64 with its padding; it may have line breaks")
        return content

    def json_schema(self) -> JsonSchema:
        return {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": _BASE64_PATTERN,
            "description": f"Base64 of at most {self.maximum} bytes, with its padding; line breaks are ignored",
        }


def name(maximum: int) -> Text:
    description = "No space at either end, no control character, no slash, neither . nor .."
    schema = {"pattern": NAME_PATTERN, "not": {"enum": list(UNADDRESSABLE)}, "description": description}
    return Text(maximum, check=check_name, schema=schema)


def host(maximum: int) -> Text:
    schema = {"pattern": HOST_PATTERN, "description": "An IP address or a host name"}
    return Text(maximum, check=check_host, schema=schema)


def secret(maximum: int) -> Text:
    return Text(maximum, schema={**_NO_NUL, "writeOnly": True, "description": "Written, never returned"})
