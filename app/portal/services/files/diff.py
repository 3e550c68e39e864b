"""Two texts side by side: lines removed, added or kept, and what changed inside a line; in bounded time and size."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, takewhile
from operator import eq

from app.portal.services.files.matching import EqualLines, match_lines
from app.portal.services.files.pairing import MIN_LIKENESS, LinePairing

_CONTEXT = 3  # lines that stay, before and after those that change
_MAX_ROWS = 3_000
_MAX_WORD_PAIRS = 3_000_000  # that are compared in all pairs of lines together
_MAX_WORDS = 400  # of a line that are compared; equal ones at both ends do not count
_WORDS = re.compile(r"%[^%\s]{1,200}%|\w+|\s+|.", re.DOTALL)
_Parts = list[tuple[list[str], bool]]  # words, and whether they changed


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
    changes, rows = _ChangedLines(left, right), _LimitedRows()
    a = b = 0
    matches = match_lines(left, right)
    removed, added = _count_changes(left, right, matches.blocks)
    for block in matches.blocks:
        rows.add(changes.rows(range(a, block.a), range(b, block.b)), block.a - a, block.b - b)
        a, b = block.a + block.size, block.b + block.size
        context_before = _CONTEXT if block.a or block.b else 0
        context_after = _CONTEXT if a < len(left) or b < len(right) else 0
        rows.add(_unchanged_rows(left, block, context_before, context_after))
    rest = range(a, len(left)), range(b, len(right))
    rows.add(changes.rows(*rest), *map(len, rest))
    return FileDiff(rows.shown, removed, added, rows.omitted, changes.words.all_compared, matches.is_complete)


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
        head = _count_equal(old_words, new_words)
        tail = _count_equal(old_words[head:][::-1], new_words[head:][::-1])
        old_middle, new_middle = old_words[head : len(old_words) - tail], new_words[head : len(new_words) - tail]
        old_parts, new_parts, same = self._compare_middle(old_middle, new_middle)
        first, last = old_words[:head], old_words[len(old_words) - tail :]
        if 2 * _count_characters([*first, *last, *same]) < MIN_LIKENESS * (len(old) + len(new)):
            return [DiffPiece(old)], [DiffPiece(new)]
        return (
            _join_words([(first, False), *old_parts, (last, False)]),
            _join_words([(first, False), *new_parts, (last, False)]),
        )

    def _compare_middle(self, old: list[str], new: list[str]) -> tuple[_Parts, _Parts, Sequence[str]]:
        """Return the parts of both, and the words that are the same; too many words are one part that changed."""
        self._pairs_left -= len(old) * len(new)
        if self._pairs_left < 0 or max(len(old), len(new)) > _MAX_WORDS:
            self.all_compared = False
            return [(old, True)], [(new, True)], ()
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return (
            [(old[a:b], tag != "equal") for tag, a, b, _, _ in codes],
            [(new[a:b], tag != "equal") for tag, _, _, a, b in codes],
            [word for tag, a, b, _, _ in codes if tag == "equal" for word in old[a:b]],
        )


class _ChangedLines:
    """Rows of lines that change: each removed one beside the added one that came in its place."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self._left = left
        self._right = right
        self._pairing = LinePairing()
        self.words = _WordComparison()

    def rows(self, removed: range, added: range) -> Iterator[DiffRow]:
        left, right = self._left[removed.start : removed.stop], self._right[added.start : added.stop]
        for old, new in self._pairing.pair(left, right):
            if old is None or new is None:
                yield DiffRow(
                    None if old is None else _plain_line(self._left, removed[old]),
                    None if new is None else _plain_line(self._right, added[new]),
                )
            else:
                old_pieces, new_pieces = self.words.compare(left[old], right[new])
                yield DiffRow(DiffLine(removed[old] + 1, old_pieces), DiffLine(added[new] + 1, new_pieces))


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


def _count_equal(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many words are the same from the beginning of both."""
    return sum(takewhile(bool, map(eq, old, new)))


def _count_characters(words: Iterable[str]) -> int:
    """Count what can be seen: a long word weighs more than a comma."""
    return sum(len(word.strip()) for word in words)


def _join_words(parts: Iterable[tuple[list[str], bool]]) -> list[DiffPiece]:
    """Make pieces of the parts, and one of those that are both unchanged."""
    joined: list[tuple[list[str], bool]] = []
    for words, changed in parts:
        if joined and joined[-1][1] == changed:
            joined[-1][0].extend(words)
        elif words:
            joined.append((list(words), changed))
    return [DiffPiece("".join(words), changed) for words, changed in joined]
