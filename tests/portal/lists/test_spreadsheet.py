"""A real spreadsheet opens what the portal exports, with the separator that was meant and with another."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.portal.lists.csv_export import csv_lines, guard_cell

_TEXTS = (
    *("001565123456", "805012000E12", "00:15:65:12:34:56", "00:15:65:A1:2B:3C", "10.0.0.1", "35.83.0.120", "35.83"),
    *("0123", "12", "1E5", "1-2", "1/2", "10:20", "10:20:30", "Jan 5", "Mar 2026", "12/31/99 10:00", "TRUE", "true"),
    *("5%", "$5", "(5)", "5-", ".5", "1,000", "12 3/4", "1:30 pm", " 5", "5 ", "00", "25:00", "1 000", "123456789012"),
    *("=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "'x", "''x", "'=1+1", "\uff1d1+1", "x", "Élodie; Weber", 'say "hi"'),
    *(
        'x;=HYPERLINK("a";"b")',
        "x;=1+1",
        'x";=1+1',
        "x; =1+1",
        'x;"=1+1"',
        "x;'=1+1",
        "x\n=1+1",
        "x\t=1+1",
        "x;\u200b=1+1",
        "x;-1",
    ),
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = shutil.which("soffice")


@pytest.mark.skipif(_OFFICE is None, reason="LibreOffice is not here; `make test-deps` brings it")
def test_exported_texts_survive_a_spreadsheet(tmp_path: Path) -> None:
    source = tmp_path / "texts.csv"
    source.write_text(
        "".join(csv_lines(["First", "Text", "Last"], [("first", text, "last") for text in _TEXTS])), "utf-8", newline=""
    )
    shown = [row[1] for row in _open(source, ",")]
    assert shown == ["Text", *[guard_cell(text) for text in _TEXTS]]
    assert len(_open(source, ";")) > len(_TEXTS)


def _open(source: Path, separator: str) -> Sequence[Sequence[str]]:
    """Return the rows of texts that the spreadsheet shows; fail where a cell is a formula."""
    profile = f"-env:UserInstallation=file://{source.parent}/profile"
    reading = f"--infilter=CSV:{ord(separator)},34,76,1,,1033,false,true"  # UTF-8, English, numbers as typed by hand
    command = ["--headless", profile, reading, "--convert-to", "fods", "--outdir", str(source.parent), str(source)]
    assert _OFFICE is not None
    subprocess.run([_OFFICE, *command], check=True, capture_output=True, timeout=120)
    document = ElementTree.parse(source.with_suffix(".fods"))  # noqa: S314 - made of our own file
    cells = list(document.iter(f"{_TABLE}table-cell"))
    assert [cell.attrib for cell in cells if f"{_TABLE}formula" in cell.attrib] == []
    rows = [
        [_cell_text(cell) for cell in row.iter(f"{_TABLE}table-cell")] for row in document.iter(f"{_TABLE}table-row")
    ]
    return [row for row in rows if any(row)]


def _cell_text(cell: ElementTree.Element) -> str:
    return "\n".join(_paragraph_text(paragraph) for paragraph in cell.iter(f"{_TEXT}p"))


def _paragraph_text(paragraph: ElementTree.Element) -> str:
    """Return its text; runs of blanks are elements of their own."""
    marks = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t"}
    text = paragraph.text or ""
    for element in paragraph:
        text += marks.get(str(element.tag), "".join(element.itertext())) + (element.tail or "")
    return text
