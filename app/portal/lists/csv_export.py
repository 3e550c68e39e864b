"""Tables for a spreadsheet, with nothing in them that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

# What a spreadsheet takes for a formula, and the mark itself, so that taking one mark away always gives the text back.
_NEEDS_MARK = ("=", "+", "-", "@", "'", "\t", "\r")


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a CSV file, UTF-8 with the mark by which spreadsheets know it."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    line.write("\ufeff")
    for row in chain([head], rows):
        writer.writerow([escape_formula(text) for text in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def escape_formula(text: str) -> str:
    return f"'{text}" if text.startswith(_NEEDS_MARK) else text
