"""Reading a file with devices, whatever program wrote it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import msgspec

from app.portal.domain.text import plural
from app.portal.services.imports.column_names import count_known
from app.portal.services.imports.csv_reading import NO_SHEET, is_text, read_csv
from app.portal.services.imports.sheets import HEAD_ROWS, Sheet, SheetLimits, SheetOptions, SheetRow, UnreadableFile
from app.portal.services.imports.xlsx_reading import is_workbook, read_workbook

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

EMPTY = "The file is empty."
NO_ROWS = "There are no rows under the column names."
OLD_WORKBOOK = "This is an old XLS workbook, or one with a password. Save it as XLSX without a password."


def check_kind(data: bytes) -> None:
    """Raise UnreadableFile for what is no CSV or XLSX file, as far as a quick look tells."""
    if not data:
        raise UnreadableFile(EMPTY)
    if data.startswith(_OLD_WORKBOOK):
        raise UnreadableFile(OLD_WORKBOOK)
    if not is_workbook(data) and not is_text(data):
        raise UnreadableFile(NO_SHEET)


def read_sheet(data: bytes, options: SheetOptions, limits: SheetLimits) -> Sheet:
    """Return the rows, and how they were read: as `options` say, and the rest found out. Raise UnreadableFile."""
    check_kind(data)
    sheet = (read_workbook if is_workbook(data) else read_csv)(data, options, limits)
    if not sheet.rows:
        raise UnreadableFile(f"The sheet “{sheet.options.sheet}” is empty." if sheet.options.sheet else EMPTY)
    header = _find_header(sheet.rows, options.header_row)
    sheet = replace(sheet, options=_complete(sheet, header, options))
    if not sheet.body:
        raise UnreadableFile(NO_ROWS)
    if len(sheet.body) > limits.rows:
        raise UnreadableFile(f"The file has more than {plural(limits.rows, 'row')}. Split it into several files.")
    return sheet


def _complete(sheet: Sheet, header: SheetRow, options: SheetOptions) -> SheetOptions:
    """Return how the sheet was read, with what was not found out but chosen."""
    return msgspec.structs.replace(sheet.options, header_row=header.number, only_new=options.only_new)


def _find_header(rows: Sequence[SheetRow], number: int) -> SheetRow:
    """Return the row of column names: the first one from this number on, or the one with most names that are known."""
    if number:
        return next((row for row in rows if row.number >= number), rows[-1])
    return max(islice(rows, HEAD_ROWS), key=lambda row: count_known(row.cells))
