"""CSV for spreadsheets: every cell opens as the text it is, neither run as a formula nor changed to a number."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

Cell = str | datetime

_GUARD = "'"  # spreadsheets show it, and read what follows as text

# Formulas begin with a sign, also a full-width one. A guard in the text gets another, so that removing one always gives
# the text back. The apostrophe counts only where a cell begins, the signs also after blanks, quotes and marks that are
# not seen. A cell begins where the text does, and at what may be taken for a separator by whoever opens the file.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_UNSEEN = '[\\s"\\x00-\\x1f\\x7f-\\xa0\\xad\u200b-\u200f\u2060\ufeff]'
_CELL_BEGINS = "(?:^|(?<=[;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]))"
_NEEDS_GUARD = re.compile(f"^(?=[\t\r])|{_CELL_BEGINS}(?='|{_UNSEEN}*[{_SIGNS}])")
_HAS_GUARD = re.compile(f"{_CELL_BEGINS}'")

# Numbers that a spreadsheet shows as they are; and the notations that its cell would not confuse with another value.
_PLAIN_NUMBER = re.compile("0|[1-9][0-9]{0,10}", re.ASCII)
_MAC_OR_IPV4 = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}", re.ASCII)
# What numbers, dates and times are written with beside digits: in English and in the languages of its neighbours.
_MONTHS = (
    "jan january januar janvier janv januari feb february februar février fevrier févr fevr februari "
    "mar march mär märz mrz mars maart mrt apr april avril avr may mai mei jun june juni juin jul july juli juillet "
    "juil aug august août aout augustus sep sept september septembre oct october okt oktober octobre "
    "nov november novembre dec december dez dezember déc décembre decembre"
)
MONTHS = frozenset(_MONTHS.split())
_WORDS_OF_NUMBERS = {*MONTHS, "e", "t", "z", "am", "pm", "a", "p", "h", "usd", "eur", "gbp", "chf"}
_CONSTANTS = {"true", "false", "wahr", "falsch", "vrai", "faux", "waar", "onwaar"}
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEGINS_LIKE_A_NUMBER = re.compile(r"[\d.,(%#$£€¥]")


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield lines of a CSV file, UTF-8 with a byte order mark, which spreadsheets need. Every cell is quoted.

    A time is written so that a spreadsheet reads it as one.
    """
    line = io.StringIO(newline="")
    writer = csv.writer(line, quoting=csv.QUOTE_ALL)
    line.write("\ufeff")
    for row in chain([head], rows):
        writer.writerow([_to_text(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def guard_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, or change to another value; `strip_guard` removes it."""
    guarded = _NEEDS_GUARD.sub(_GUARD, text)
    return f"{_GUARD}{text}" if guarded == text and _is_like_a_number(text) else guarded


def strip_guard(cell: str) -> str:
    """Return the text that `guard_cell` was given."""
    return _HAS_GUARD.sub("", cell)


def _to_text(cell: Cell) -> str:
    return guard_cell(cell) if isinstance(cell, str) else f"{cell:%Y-%m-%d %H:%M:%S}"


def _is_like_a_number(text: str) -> bool:
    """Return True if a spreadsheet may read the text as a number, a date or a truth value, and show another."""
    typed = text.strip().casefold()
    if not _DIGIT.search(typed):
        return typed in _CONSTANTS
    if _PLAIN_NUMBER.fullmatch(text) or _MAC_OR_IPV4.fullmatch(typed):
        return False
    words = _LETTERS.findall(typed)
    begins_so = _BEGINS_LIKE_A_NUMBER.match(typed) or typed.startswith(tuple(words[:1]))
    return bool(begins_so) and _WORDS_OF_NUMBERS.issuperset(words)
