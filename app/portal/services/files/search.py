"""A search through all lines of a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_HITS = 200  # lines that a page lists
_AROUND = 60  # characters that are shown before and after


@dataclass(frozen=True)
class LineHit:
    """A line that has the text, numbered from 1; of a long line, what is near to the first place."""

    number: int
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class LineSearch:
    """The first hits, and how many lines have the text in all."""

    query: str
    hits: Sequence[LineHit]
    total: int


def search_lines(lines: Sequence[str], query: str) -> LineSearch:
    """Case does not count."""
    pattern = re.compile(re.escape(query), re.IGNORECASE)
    hits: list[LineHit] = []
    total = 0
    for number, line in enumerate(lines, 1):
        if match := pattern.search(line):
            total += 1
            if len(hits) < MOST_HITS:
                hits.append(_describe(number, line, match))
    return LineSearch(query, hits, total)


def _describe(number: int, line: str, match: re.Match[str]) -> LineHit:
    start, end = max(match.start() - _AROUND, 0), match.end() + _AROUND
    return LineHit(
        number,
        ("…" if start else "") + line[start : match.start()].lstrip(),
        match[0],
        line[match.end() : end] + ("…" if end < len(line) else ""),
    )
