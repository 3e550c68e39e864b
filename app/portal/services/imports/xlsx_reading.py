"""XLSX: the values of a sheet as people see them there."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl

from app.portal.services.imports.sheets import HEAD_ROWS, Sheet, SheetLimits, SheetOptions, SheetRow, UnreadableFile

_MAX_ROW = 1 << 20  # that a workbook can have
_MAX_COLUMNS = 100
_MAX_PARTS = 2_000
_MAX_EXACT = 10**15  # above, a workbook keeps no more digits
_ZEROS = re.compile(r"(0+)(?:\.(0+))?(%?)")  # number formats that add zeros to what is shown

# What openpyxl raises for files that are no workbooks, or damaged ones.
_DAMAGES = (
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, EOFError, SyntaxError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)

DAMAGED = "This workbook is damaged. Open it in a spreadsheet program and save it again."
BINARY = "This is a workbook in another format. Open it in a spreadsheet program and save it as XLSX."
TOO_LARGE = (
    "This workbook is too large when unpacked. Keep one sheet with the devices, and delete empty rows below them."
)


def is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def read_workbook(data: bytes, options: SheetOptions, limits: SheetLimits) -> Sheet:
    """Raise UnreadableFile. The sheet is the first that can be seen, unless another is given."""
    try:
        _check_parts(data, limits)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and the like that it does not know
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            names = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            if not names:
                raise UnreadableFile("This workbook has no visible sheet.")
            name = options.sheet if options.sheet in names else names[0]
            rows = _read_rows(workbook[name], limits)
    except UnreadableFile:
        raise
    except _DAMAGES:
        raise UnreadableFile(DAMAGED) from None
    return Sheet(rows, SheetOptions(sheet=name, header_row=options.header_row), names)


def _check_parts(data: bytes, limits: SheetLimits) -> None:
    """Refuse what unpacks to more than is allowed: zipfile reads no more of a part than its directory says."""
    parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise UnreadableFile(TOO_LARGE)
    if not any(part.filename.casefold() == "xl/workbook.xml" for part in parts):
        raise UnreadableFile(BINARY)


def _read_rows(worksheet: Any, limits: SheetLimits) -> Sequence[SheetRow]:
    worksheet.reset_dimensions()  # not every program writes them right
    rows: list[SheetRow] = []
    empty: object = None
    for number, cells in enumerate(worksheet.iter_rows(max_row=_MAX_ROW, max_col=_MAX_COLUMNS), 1):
        if cells is empty:  # of rows that the file leaves out, up to a million, openpyxl makes one
            continue
        if row := _read_row(number, cells):
            rows.append(row)
        else:
            empty = cells
        if len(rows) > limits.rows + HEAD_ROWS:
            break
    return rows


def _read_row(number: int, cells: Sequence[Any]) -> SheetRow | None:
    """Return None for a row without anything."""
    texts = [_to_text(cell) for cell in _without_empty_end(cells)]
    if not any(map(str.strip, texts)):
        return None
    return SheetRow(number, texts, frozenset(i for i, cell in enumerate(cells) if _is_typed(cell.value)))


def _without_empty_end(cells: Sequence[Any]) -> Iterator[Any]:
    last = max((i for i, cell in enumerate(cells) if cell.value is not None), default=-1)
    return iter(cells[: last + 1])


def _is_typed(value: object) -> bool:
    return value is not None and not isinstance(value, str)


def _to_text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, cell.number_format)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number_text(value: float, number_format: str) -> str:
    """Return the digits as they are shown, but never fewer than the cell holds."""
    if zeros := _ZEROS.fullmatch(number_format or ""):
        whole, decimals, percent = zeros.groups(default="")
        shown = value * 100 if percent else value
        places = max(len(decimals), len(f"{shown:.10f}".rstrip("0").partition(".")[2]))
        width = len(whole) + (places + 1 if places else 0)
        return f"{shown:0{width}.{places}f}{percent}"
    return str(int(value)) if value == int(value) and abs(value) < _MAX_EXACT else f"{value:.15G}"
