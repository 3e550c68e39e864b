import pytest

from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.imports.damages import (
    DATE,
    EXPONENT,
    ROUNDED,
    SHEET_ERROR,
    UNREADABLE,
    ZEROS_LOST,
    find_damage,
)
from tests.support.sheets import read_file, rows_of

_NUMBERS = (EXPONENT, ZEROS_LOST, ZEROS_LOST, EXPONENT)
MAC = EDITABLE_FIELDS["mac_address"]
NAME = EDITABLE_FIELDS["device_name"]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (EXPONENT, ("8.05012E+20", "8,05E+20", "1e+05", "2E-05", "805012000000000000000", "112233445566.5", "35.83")),
        (ZEROS_LOST, ("1565123456", "1565123456.0", "1,565,123,456", "1.565.123.456", "1 565 123 456", "0", "7")),
        (
            DATE,
            ("Jan-22", "22-Jan", "Mai 22", "01.02.2003", "2003-02-01", "2003-02-01 00:00", "10:20", "1:30 PM"),
        ),
        (SHEET_ERROR, ("#N/A", "#NV", "#DIV/0!", "####", "Err:508")),
        (UNREADABLE, ("00:15:65:A1:2B:3\ufffd",)),
    ],
)
def test_damaged_macs_are_named(words: str, texts: tuple[str, ...]) -> None:
    assert {text: find_damage(MAC, text, is_typed=False) for text in texts} == dict.fromkeys(texts, words)


@pytest.mark.parametrize(
    "text",
    [
        *("00:15:65:A1:2B:3C", "001565a12b3c", "805012000E12", "112233445566", "0015.65a1.2b3c", "1-2-3-4-5-6"),
        *("001565", "00:15:65:A1:2B", "Desk-22", "1E5", "zz"),  # wrong, but not a spreadsheet's doing
    ],
)
def test_other_texts_are_not_called_damaged(text: str) -> None:
    assert find_damage(MAC, text, is_typed=False) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "damaged_macs.csv",
            [*_NUMBERS, DATE, DATE, EXPONENT, DATE, SHEET_ERROR, SHEET_ERROR],
        ),
        ("damaged_macs.xlsx", [ZEROS_LOST, EXPONENT, ROUNDED, None, DATE, DATE, DATE]),
        ("libreoffice_numbers.csv", [ZEROS_LOST, EXPONENT, None]),
        ("libreoffice_numbers.xlsx", [ZEROS_LOST, EXPONENT, None]),
        ("libreoffice_formulas.xlsx", [None, SHEET_ERROR]),
        ("other_notations.csv", [None, None, None]),
    ],
)
def test_damages_in_files_are_named(name: str, words: list[str | None]) -> None:
    rows = rows_of(read_file(name))
    macs = [(row.cells["mac_address"], "mac_address" in row.typed) for row in rows]
    assert [find_damage(MAC, text, is_typed=is_typed) for text, is_typed in macs] == words


def test_numbers_in_place_of_a_mac_are_doubted() -> None:
    assert find_damage(MAC, "112233445500", is_typed=True) == ROUNDED
    assert find_damage(MAC, "112233445566", is_typed=True) is None
    assert find_damage(MAC, "TRUE", is_typed=True) == DATE


def test_other_fields_may_look_like_numbers() -> None:
    assert find_damage(NAME, "8.05E+20", is_typed=True) is None
    assert find_damage(NAME, "#REF!", is_typed=False) == SHEET_ERROR
