"""The phone types: what each needs at creation, its lines, and the files that a phone downloads."""

import json
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from app.reference_api.rules import Ordering

TEMPLATES = Path(__file__).parent / "file_templates"


class Need(IntEnum):
    NO = 0
    OPTIONAL = 1
    MANDATORY = 2


@dataclass(frozen=True)
class FileType:
    """`file_format` is the name that the phone asks for, tags included; `template` is a file of this package."""

    file_format: str
    template: str

    def default_content(self) -> bytes:
        return (TEMPLATES / self.template).read_bytes()


@dataclass(frozen=True, kw_only=True)
class PhoneType:
    technical_name: str
    ports: int | None  # None = no limit
    ordering: Ordering
    mac: Need = Need.MANDATORY
    login: Need = Need.OPTIONAL
    host: Need = Need.NO
    port: Need = Need.NO
    serial_number: Need = Need.OPTIONAL
    is_dect: bool = False
    can_be_reset: bool = True
    tag_set: str = ""
    files: tuple[FileType, ...] = field(default=())

    @property
    def display_name(self) -> str:
        return self.technical_name.replace("-", " ")

    def file(self, file_format: str) -> FileType | None:
        return next((file for file in self.files if file.file_format == file_format), None)


_NEEDS: tuple[str, ...] = ("mac", "login", "host", "port", "serial_number")


def _phone_type(row: dict[str, Any]) -> PhoneType:
    """Build a type from a row of phone_types.json, where needs go by their names and files map to templates."""
    needs = {name: Need[row[name]] for name in _NEEDS if name in row}
    files = tuple(FileType(*item) for item in row.get("files", {}).items())
    values: dict[str, Any] = {**row, **needs, "ordering": Ordering(row["ordering"]), "files": files}
    return PhoneType(**values)


_ROWS = json.loads((Path(__file__).parent / "phone_types.json").read_text("utf-8"))
CATALOGUE = {row["technical_name"]: _phone_type(row) for row in _ROWS}


def check_device_type(technical_name: str) -> None:
    """Raises ValueError."""
    if technical_name not in CATALOGUE:
        raise ValueError("must be one of " + ", ".join(CATALOGUE))
