"""XLSX as we write it: a text is a text cell, so that no spreadsheet changes a MAC into a number."""

import io
import re
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell import WriteOnlyCell

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST = 32_767  # characters that a cell can hold


def write_workbook(title: str, rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a workbook with one sheet. A number stays one."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for texts in rows:
        cells: list[WriteOnlyCell | int] = []
        for text in texts:
            if isinstance(text, int):
                cells.append(text)
                continue
            cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\ufffd", text)[:_MOST])
            cell.data_type = "s"  # a text, also where it begins with "="
            cell.number_format = "@"  # and once somebody edits it
            cells.append(cell)
        sheet.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()
