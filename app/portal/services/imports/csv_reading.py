"""CSV as spreadsheets and people write it: the encoding and the separator are found out, unless they are given."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from app.portal.services.imports.column_names import count_known
from app.portal.services.imports.sheets import (
    HEAD_ROWS,
    SEPARATORS,
    Sheet,
    SheetLimits,
    SheetOptions,
    SheetRow,
    UnreadableFile,
)

_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATOR_LINE = "sep="  # before the rows, for Excel, which does not show it

NO_SHEET = "This is not a CSV or XLSX file. Open it in a spreadsheet program and save it as XLSX or CSV."


def is_text(data: bytes) -> bool:
    """Return False for pictures, documents and pages of the web."""
    head = data[:4096]
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return is_utf16 or not (b"\0" in head or head.lstrip().startswith((b"<", b"%PDF-")))


def read_csv(data: bytes, options: SheetOptions, limits: SheetLimits) -> Sheet:
    """Raise UnreadableFile. A line break within quotes does not begin a row."""
    text, encoding = _decode(data, options.encoding)
    if "\0" in text:
        raise UnreadableFile(NO_SHEET)
    named, text = _split_separator_line(text)
    separator = options.separator or named or _find_separator(text)
    rows = []
    for row in _rows(text, separator):
        rows.append(row)
        if len(rows) > limits.rows + HEAD_ROWS:
            break
    return Sheet(rows, SheetOptions(encoding=encoding, separator=separator, header_row=options.header_row))


def _decode(data: bytes, encoding: str) -> tuple[str, str]:
    """Return the text and its encoding; U+FFFD stands for what cannot be read."""
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "")
    encoding = encoding or marked
    if not encoding:
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            encoding = "cp1252"
    return data.decode(encoding, "replace").removeprefix("\ufeff").rstrip("\x1a"), encoding


def _split_separator_line(text: str) -> tuple[str, str]:
    """Return the separator that the first line names, and the text behind that line."""
    line, _, rest = text.partition("\n")
    line = line.rstrip("\r").strip('"')
    names_one = line.casefold().startswith(_SEPARATOR_LINE) and len(line) == len(_SEPARATOR_LINE) + 1
    return (line[-1], rest) if names_one else ("", text)


def _find_separator(text: str) -> str:
    """Return the separator that makes the most known names of columns, else the commonest one in the first lines."""
    head = "".join(islice(io.StringIO(text, newline=""), HEAD_ROWS))

    def score(separator: str) -> tuple[int, int]:
        rows = islice(_rows(head, separator), HEAD_ROWS)
        return max((count_known(row.cells) for row in rows), default=0), head.count(separator)

    return max(SEPARATORS, key=score)


def _rows(text: str, separator: str) -> Iterator[SheetRow]:
    """Yield the rows that hold anything."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):
                yield SheetRow(number, cells)
    except csv.Error:
        what = f"A cell near line {reader.line_num:,} does not end"
        raise UnreadableFile(f"{what}. Look for a quotation mark that is opened and not closed.") from None
