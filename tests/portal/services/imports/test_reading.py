"""Files as spreadsheet programs write them; those in tests/data/imports that hold the same devices read the same."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
import pytest

from app.portal.services.imports.columns import find_unnamed, match_columns
from app.portal.services.imports.csv_reading import NO_SHEET
from app.portal.services.imports.reading import EMPTY, NO_ROWS, OLD_WORKBOOK, read_sheet
from app.portal.services.imports.sheets import Sheet, SheetLimits, SheetOptions, UnreadableFile
from app.portal.services.imports.xlsx_reading import BINARY, DAMAGED, TOO_LARGE
from tests.support.sheets import FILES, LIMITS, read_file, rows_of

_T46, _T42 = "Yealink-T46G", "Yealink-T42G"
DEVICES = (
    ("Zoë Müller", _T46, "80:5E:0C:4A:10:01", "0012345", "Floor 3, room 3.41"),
    ('Desk; left "A"', _T42, "80:5E:0C:4A:10:02", "8E12", "Café"),
    ("Annexe 2", _T42, "80:5E:0C:4A:10:03", "", ""),
)
FIELDS = ("device_name", "device_type", "mac_address", "serial_number", "physical_location")


def cells_of(sheet: Sheet) -> Mapping[int, Sequence[str]]:
    return {row.number: tuple(row.cells.get(name, "") for name in FIELDS) for row in rows_of(sheet)}


@pytest.mark.parametrize(
    ("name", "assumed"),
    [
        *[(name, SheetOptions("utf-8", ",", "", 1)) for name in ("excel_utf8.csv", "google_sheets.csv")],
        *[(name, SheetOptions("utf-8", ",", "", 1)) for name in ("all_quoted.csv", "libreoffice.csv", "api_keys.csv")],
        *[(name, SheetOptions("cp1252", ";", "", 1)) for name in ("excel_german.csv", "excel_sep_line.csv")],
        *[(name, SheetOptions("utf-16", "\t", "", 1)) for name in ("excel_unicode_text.txt", "libreoffice_utf16.csv")],
        ("libreoffice_1252.csv", SheetOptions("cp1252", ",", "", 1)),
        ("libreoffice_semicolon.csv", SheetOptions("utf-8", ";", "", 1)),
        ("bars.csv", SheetOptions("utf-8", "|", "", 1)),
        ("columns_of_others.csv", SheetOptions("utf-8", ",", "", 1)),
        ("title_above.csv", SheetOptions("utf-8", ";", "", 3)),
        ("libreoffice.xlsx", SheetOptions("", "", "libreoffice", 1)),
        ("excel.xlsx", SheetOptions("", "", "Phones", 1)),
        ("wrong_dimension.xlsx", SheetOptions("", "", "Phones", 1)),
    ],
)
def test_file_reads_as_its_writer_meant(name: str, assumed: SheetOptions) -> None:
    sheet = read_file(name)
    assert sheet.options == assumed
    cells = [(*row[:2], row[2].replace(":", ""), *row[3:]) for row in cells_of(sheet).values()]
    assert cells == [(*row[:2], row[2].replace(":", ""), *row[3:]) for row in DEVICES]
    assert list(cells_of(sheet)) == [assumed.header_row + n for n in (1, 2, 3)]


@pytest.mark.parametrize(("name", "encoding"), [("excel_mac.csv", "mac_roman"), ("excel_dos.csv", "cp850")])
def test_encoding_can_be_given(name: str, encoding: str) -> None:
    assert tuple(cells_of(read_file(name)).values()) != DEVICES
    assert tuple(cells_of(read_file(name, SheetOptions(encoding=encoding))).values()) == DEVICES


def test_other_assumptions_can_be_given() -> None:
    sheet = read_file("title_above.csv", SheetOptions(separator=",", header_row=1))
    assert sheet.header.cells == ["Phones of floor 3;;;;"]
    assert read_file("title_above.csv", SheetOptions(header_row=4)).header.cells[0] == "Zoë Müller"
    with pytest.raises(UnreadableFile, match=NO_ROWS):
        read_file("title_above.csv", SheetOptions(header_row=9999))


def test_other_sheet_can_be_given() -> None:
    assert read_file("excel.xlsx").names == ["Phones", "Old phones"]
    assert read_file("excel.xlsx", SheetOptions(sheet="Notes")).options.sheet == "Phones", "hidden"
    with pytest.raises(UnreadableFile, match="no rows"):
        read_file("excel.xlsx", SheetOptions(sheet="Old phones"))


def test_row_numbers_are_those_of_the_sheet() -> None:
    assert list(cells_of(read_file("blank_rows.csv"))) == [2, 5, 7]
    broken = cells_of(read_file("line_breaks.csv"))
    assert broken[2][4] == "Floor 3\nroom 3.41"
    assert broken[3] == DEVICES[1]


def test_values_of_formulas_are_read() -> None:
    assert cells_of(read_file("libreoffice_formulas.xlsx")) == {2: DEVICES[0], 3: ("Desk 2", _T42, "#DIV/0!", "", "")}


def test_columns_are_told_apart() -> None:
    sheet = read_file("columns_of_others.csv")
    columns = match_columns(sheet.header)
    assert (columns.unknown, columns.read_only) == (["Colour"], ["Status", "Free ports"])
    assert find_unnamed(sheet) == ["I"]
    twice = read_file("column_twice.csv")
    assert match_columns(twice.header).repeated == ["mac"]
    errors = [row.errors.keys() for row in rows_of(twice)]
    assert errors == [set(), {"mac_address"}, set()]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty.csv", EMPTY),
        ("header_only.csv", NO_ROWS),
        ("picture.csv", NO_SHEET),
        ("page.xls", NO_SHEET),
        ("old.xls", OLD_WORKBOOK),
        ("libreoffice.ods", BINARY),
        ("open_quote.csv", "near line 5 does not end"),
    ],
)
def test_other_files_are_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_file(name)


def test_damaged_workbooks_are_refused() -> None:
    data = (FILES / "excel.xlsx").read_bytes()
    for place in range(30, len(data), 311):
        broken = data[:place] + bytes(byte ^ 0x55 for byte in data[place : place + 9]) + data[place + 9 :]
        try:
            sheet = read_sheet(broken, SheetOptions(), LIMITS)
        except UnreadableFile:
            continue
        assert sheet.names, place  # what was hit does not matter to the rows
    with pytest.raises(UnreadableFile, match=DAMAGED):
        read_sheet(data[:2000], SheetOptions(), LIMITS)


def test_zip_bomb_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(1 << 22))
    assert len(packed.getvalue()) < 1 << 14
    with pytest.raises(UnreadableFile, match=TOO_LARGE):
        read_sheet(packed.getvalue(), SheetOptions(), SheetLimits(rows=10, unpacked_bytes=1 << 20))


def test_entities_are_not_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(6))
    data = io.BytesIO()
    with zipfile.ZipFile(FILES / "libreoffice.xlsx") as source, zipfile.ZipFile(data, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/sharedStrings.xml":
                content = f"<!DOCTYPE sst [{bomb}]><sst><si><t>&e5;</t></si></sst>".encode()
            target.writestr(part.filename, content)
    with pytest.raises(UnreadableFile, match=DAMAGED):
        read_sheet(data.getvalue(), SheetOptions(), LIMITS)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_are_limited(kind: str) -> None:
    rows = [["Name"], *[[f"Desk {n}"] for n in range(4)]]
    data = io.BytesIO("\n".join(cells[0] for cells in rows).encode())
    if kind == "xlsx":
        workbook = openpyxl.Workbook()
        for cells in rows:
            workbook.active.append(cells)
        workbook.save(data)
    assert len(read_sheet(data.getvalue(), SheetOptions(), SheetLimits(4)).body) == 4
    with pytest.raises(UnreadableFile, match="more than 3 rows"):
        read_sheet(data.getvalue(), SheetOptions(), SheetLimits(3))
