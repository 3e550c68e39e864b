"""CSV for spreadsheets, without text that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

# Beginnings of formulas, and the quote itself, so that removing one quote always gives the text back.
_NEEDS_QUOTE = ("=", "+", "-", "@", "'", "\t", "\r")


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield lines of a CSV file, UTF-8 with a byte order mark, which spreadsheets need."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    line.write("\ufeff")
    for row in chain([head], rows):
        writer.writerow([escape_formula(text) for text in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def escape_formula(text: str) -> str:
    return f"'{text}" if text.startswith(_NEEDS_QUOTE) else text
