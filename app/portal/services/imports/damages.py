"""Cells that a spreadsheet has changed. They are named, and never mended: the value of before is gone."""

import re

from app.portal.domain import mac
from app.portal.domain.text import REPLACEMENT
from app.portal.lists.csv_export import MONTHS
from app.portal.models.device_field import EditableField

_MAC_DIGITS = 12
_EXPONENT = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d+", re.IGNORECASE | re.ASCII)
_WHOLE_NUMBER = re.compile(r"(0|[1-9]\d{0,2}(?:[.,'’\s]\d{3})+|[1-9]\d*)(?:[.,]0+)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d+[.,]\d+", re.ASCII)
_DATE = re.compile(r"(\d{1,4})([-./ ])(\d{1,2}|[^\W\d_]{3,9})\.?(?:\2\d{1,4})?(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,9})\.?[-./ ]\d{1,4}")
_TIME = re.compile(r"\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:\s?[AP]M)?", re.IGNORECASE | re.ASCII)
# What spreadsheets show where a formula fails, and where a column is too narrow.
_SHEET_ERROR = re.compile(
    r"#(?:N/A|NV|N/D|REF!|BEZUG!|NAME\?|VALUE!|WERT!|DIV/0!|NUM!|ZAHL!|NULL!|SPILL!|CALC!)|#{3,}|Err:\d+"
)

EXPONENT = "A spreadsheet turned this MAC address into a number. Enter it with colons."
ZEROS_LOST = (
    "A spreadsheet turned this MAC address into a number, and its leading zeros are lost. Enter it with colons."
)
DATE = "A spreadsheet turned this MAC address into a date or a time. Enter it with colons."
ROUNDED = "A spreadsheet may have turned this MAC address into another number. Enter it with colons."
SHEET_ERROR = "The spreadsheet shows an error here instead of a value. Correct the cell."
UNREADABLE = "A character of this cell could not be read. Choose another encoding, or enter the text again."


def find_damage(field: EditableField, text: str, *, is_typed: bool) -> str | None:
    """Return what a spreadsheet did to a value, as a sentence; `is_typed` where the cell holds no text."""
    if _SHEET_ERROR.fullmatch(text):
        return SHEET_ERROR
    if REPLACEMENT in text:
        return UNREADABLE
    return _find_damaged_mac(text, is_typed=is_typed) if field.name == "mac_address" else None


def _find_damaged_mac(text: str, *, is_typed: bool) -> str | None:
    if mac.parse(text):
        # 1122334455E2 becomes 112233445500: of a number that ends so, nobody knows what it was.
        return ROUNDED if is_typed and text.endswith("00") else None
    if whole := _WHOLE_NUMBER.fullmatch(text):
        return ZEROS_LOST if sum(map(str.isdigit, whole[1])) < _MAC_DIGITS else EXPONENT
    if _EXPONENT.fullmatch(text) or _DECIMAL.fullmatch(text):
        return EXPONENT
    return DATE if is_typed or _is_like_a_date(text) else None


def _is_like_a_date(text: str) -> bool:
    if date := _DATE.fullmatch(text):
        return int(date[1]) > 0 and (date[3].isdigit() or date[3].casefold() in MONTHS)
    month_first = _MONTH_FIRST.fullmatch(text)
    return bool(_TIME.fullmatch(text)) or bool(month_first and month_first[1].casefold() in MONTHS)
