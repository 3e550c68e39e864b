"""A spreadsheet as it was read, and how it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16 (Unicode text)",
    "cp1252": "Windows, Western Europe (1252)",
    "cp1250": "Windows, Central Europe (1250)",
    "cp1251": "Windows, Cyrillic (1251)",
    "cp850": "DOS, Western Europe (850)",
    "mac_roman": "Mac (Roman)",
}
SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}

HEAD_ROWS = 20  # among which the row of column names is looked for


class UnreadableFile(ValueError):
    """The message is for people: what is wrong with the file, and what to do."""


class SheetRow(NamedTuple):
    """`number` is the one that a spreadsheet shows; `typed` are the indexes of cells that are no texts."""

    number: int
    cells: Sequence[str]
    typed: frozenset[int] = frozenset()


class SheetOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """Assumptions that a file is read with; "" and 0 are to be found out. Only CSV has an encoding and a separator."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    header_row: int = 0  # its number
    only_new: bool = False  # rows of devices that there are change nothing


class SheetLimits(NamedTuple):
    """`unpacked_bytes` of a workbook, which is compressed."""

    rows: int
    unpacked_bytes: int = 32 << 20


@dataclass(frozen=True)
class Sheet:
    """The rows that hold anything; `options` tell how they were read, `names` are those of the visible sheets."""

    rows: Sequence[SheetRow]
    options: SheetOptions
    names: Sequence[str] = ()

    @property
    def header(self) -> SheetRow:
        """Return the row of column names."""
        return next(row for row in self.rows if row.number == self.options.header_row)

    @property
    def body(self) -> Sequence[SheetRow]:
        """Return the rows under the column names."""
        return [row for row in self.rows if row.number > self.options.header_row]
