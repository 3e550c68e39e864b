"""Kinds of JSON values. Each reads one, as the stored form, or raises ValueError with the words why not."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.reference_api.rules import check_host, check_name, normal_mac


class Kind(Protocol):
    def read(self, value: object) -> object: ...


@dataclass(frozen=True)
class Anything:
    def read(self, value: object) -> object:
        return value


@dataclass(frozen=True)
class Boolean:
    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value


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

    @property
    def _range(self) -> str:
        return f"from {self.minimum}" + ("" if self.maximum is None else f" to {self.maximum}")


@dataclass(frozen=True)
class Text:
    """Lengths count characters. `check` sees a text of the right length."""

    maximum: int
    minimum: int = 1
    check: Callable[[str], None] | None = None

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


@dataclass(frozen=True)
class Choice:
    among: tuple[str, ...]

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.among:
            raise ValueError("must be one of " + ", ".join(self.among))
        return value


@dataclass(frozen=True)
class Mac:
    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a text")
        return normal_mac(value)


@dataclass(frozen=True)
class Base64:
    """Strict: one text stands for the bytes, the one that encoding them gives."""

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


def name(maximum: int) -> Text:
    return Text(maximum, check=check_name)


def host(maximum: int) -> Text:
    return Text(maximum, check=check_host)
