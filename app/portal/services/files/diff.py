"""Two texts side by side: lines removed, added or kept, and what changed inside a line; in bounded time and size."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from app.portal.services.files.matching import EqualLines, match_lines

_CONTEXT = 3  # lines that stay, before and after those that change
_MAX_ROWS = 3_000
_MAX_WORD_PAIRS = 3_000_000  # that are compared in all pairs of lines together
_MAX_WORDS = 400  # of a line that is looked into
_MIN_LIKENESS = 0.25  # below it, marking what changed inside says less than the line itself
_WORDS = re.compile(r"%[^%\s]{1,200}%|\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class DiffPiece:
    text: str
    changed: bool = False


@dataclass(frozen=True)
class DiffLine:
    """One line of one side, `number` counted from 1."""

    number: int
    pieces: Sequence[DiffPiece]


@dataclass(frozen=True)
class DiffRow:
    """A line that is unchanged or changed has both sides; one that was removed or added has one, the other is None."""

    left: DiffLine | None
    right: DiffLine | None
    unchanged: bool = False


@dataclass(frozen=True)
class DiffFold:
    """Unchanged lines that are not shown, `first` to `last` of the left; on the right from `right_first`."""

    first: int
    last: int
    right_first: int


@dataclass(frozen=True)
class FileDiff:
    """`lines_omitted` change too, but are too many to show; `words_compared` if every pair was looked into.

    Unless `lines_compared`, some lines that change may be the same after all.
    """

    rows: Sequence[DiffRow | DiffFold]
    lines_removed: int
    lines_added: int
    lines_omitted: int = 0
    words_compared: bool = True
    lines_compared: bool = True


def count_changes(left: Sequence[str], right: Sequence[str]) -> tuple[int, int] | None:
    """Return how many lines were removed and added; None where to find out would take too long."""
    matches = match_lines(left, right)
    return _count_changes(left, right, matches.blocks) if matches.is_complete else None


def compare_lines(left: Sequence[str], right: Sequence[str]) -> FileDiff:
    words, rows = _WordComparison(), _LimitedRows()
    a = b = 0
    matches = match_lines(left, right)
    removed, added = _count_changes(left, right, matches.blocks)
    for block in matches.blocks:
        rows.add(_changed_rows(left, right, range(a, block.a), range(b, block.b), words), block.a - a, block.b - b)
        a, b = block.a + block.size, block.b + block.size
        context_before = _CONTEXT if block.a or block.b else 0
        context_after = _CONTEXT if a < len(left) or b < len(right) else 0
        rows.add(_unchanged_rows(left, block, context_before, context_after))
    rest = range(a, len(left)), range(b, len(right))
    rows.add(_changed_rows(left, right, *rest, words), *map(len, rest))
    return FileDiff(rows.shown, removed, added, rows.omitted, words.all_compared, matches.is_complete)


def _count_changes(left: Sequence[str], right: Sequence[str], blocks: Sequence[EqualLines]) -> tuple[int, int]:
    unchanged = sum(block.size for block in blocks)
    return len(left) - unchanged, len(right) - unchanged


class _LimitedRows:
    """Rows up to as many as a page can show; what comes after is only counted, in lines that change."""

    def __init__(self) -> None:
        self.shown: list[DiffRow | DiffFold] = []
        self.omitted = 0

    def add(self, rows: Iterator[DiffRow | DiffFold], removed: int = 0, added: int = 0) -> None:
        room = 0 if self.omitted else _MAX_ROWS - len(self.shown)
        self.shown += islice(rows, room)
        self.omitted += max(0, max(removed, added) - room)


class _WordComparison:
    """Looks inside pairs of lines as long as that takes a bearable time in all."""

    def __init__(self) -> None:
        self._pairs_left = _MAX_WORD_PAIRS
        self.all_compared = True

    def compare(self, old: str, new: str) -> tuple[Sequence[DiffPiece], Sequence[DiffPiece]]:
        old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
        self._pairs_left -= len(old_words) * len(new_words)
        if self._pairs_left < 0 or max(len(old_words), len(new_words)) > _MAX_WORDS:
            self.all_compared = False
            return [DiffPiece(old)], [DiffPiece(new)]
        matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
        if _likeness(matcher, old_words, len(old) + len(new)) < _MIN_LIKENESS:
            return [DiffPiece(old)], [DiffPiece(new)]
        codes = matcher.get_opcodes()
        return (
            _join_words((old_words[a:b], tag != "equal") for tag, a, b, _, _ in codes),
            _join_words((new_words[a:b], tag != "equal") for tag, _, _, a, b in codes),
        )


def _changed_rows(
    left: Sequence[str], right: Sequence[str], removed: range, added: range, words: _WordComparison
) -> Iterator[DiffRow]:
    """Yield removed lines beside added ones; where there are more of one, the rest of it stands alone."""
    for old, new in zip(removed, added):  # noqa: B905 - as far as both go
        old_pieces, new_pieces = words.compare(left[old], right[new])
        yield DiffRow(DiffLine(old + 1, old_pieces), DiffLine(new + 1, new_pieces))
    yield from (DiffRow(_plain_line(left, old), None) for old in removed[len(added) :])
    yield from (DiffRow(None, _plain_line(right, new)) for new in added[len(removed) :])


def _unchanged_rows(lines: Sequence[str], block: EqualLines, before: int, after: int) -> Iterator[DiffRow | DiffFold]:
    """Yield unchanged lines as far as they are near to one that changes, and a fold for the others."""
    a, b, size = block
    if size <= before + after + 1:  # a fold takes a row itself
        before, after = size, 0
    for n in range(before):
        yield _unchanged_row(lines, a + n, b + n)
    if before + after < size:
        yield DiffFold(a + before + 1, a + size - after, b + before + 1)
    for n in range(size - after, size):
        yield _unchanged_row(lines, a + n, b + n)


def _unchanged_row(lines: Sequence[str], a: int, b: int) -> DiffRow:
    line = _plain_line(lines, a)
    return DiffRow(line, DiffLine(b + 1, line.pieces), unchanged=True)


def _plain_line(lines: Sequence[str], index: int) -> DiffLine:
    return DiffLine(index + 1, [DiffPiece(lines[index])])


def _likeness(matcher: SequenceMatcher[str], words: Sequence[str], size: int) -> float:
    """Return how much of both lines is the same, from 0 to 1, in characters: a long word weighs more than a comma."""
    same = (word.strip() for a, _, count in matcher.get_matching_blocks() for word in words[a : a + count])
    return 2 * sum(map(len, same)) / (size or 1)


def _join_words(parts: Iterable[tuple[list[str], bool]]) -> list[DiffPiece]:
    return [DiffPiece("".join(words), changed) for words, changed in parts if words]
