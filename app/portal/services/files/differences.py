"""Two texts side by side: which lines leave, come or stay, and what changed inside a line; in bounded time and size."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from app.portal.services.files.matching import Block, matching

_CONTEXT = 3  # lines that stay, before and after those that change
_MOST_ROWS = 3_000
_WORD_WORK = 3_000_000  # products of numbers of words that are compared in all
_MOST_WORDS = 400  # of a line that is looked into
_ALIKE = 0.25  # below it, marking what changed inside says less than the line itself
_WORDS = re.compile(r"%[^%\s]{1,200}%|\w+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """One line of one side, `number` counted from 1."""

    number: int
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Row:
    """A line that stays has both sides and no difference; one that changed, both; else one side is None."""

    left: Line | None
    right: Line | None
    same: bool = False


@dataclass(frozen=True)
class Fold:
    """Lines of the left that are the same and not shown, first and last; `right` is where they begin there."""

    first: int
    last: int
    right: int


@dataclass(frozen=True)
class Difference:
    """`lines_left_out` change too, but are too many to show; `words_compared`: whether every pair was looked into.

    Unless `lines_compared`, some lines that change may be the same after all.
    """

    rows: Sequence[Row | Fold]
    lines_out: int
    lines_in: int
    lines_left_out: int = 0
    words_compared: bool = True
    lines_compared: bool = True


def counted(left: Sequence[str], right: Sequence[str]) -> tuple[int, int] | None:
    """How many lines leave and how many come; None where to find out would take too long."""
    found = matching(left, right)
    return _changing(left, right, found.blocks) if found.is_complete else None


def difference(left: Sequence[str], right: Sequence[str]) -> Difference:
    """Of two texts, given as their lines."""
    words, rows = _Words(), _Rows()
    a = b = 0
    found = matching(left, right)
    lines_out, lines_in = _changing(left, right, found.blocks)
    for block in found.blocks:
        rows.add(_changed(left, right, range(a, block.a), range(b, block.b), words), block.a - a, block.b - b)
        a, b = block.a + block.size, block.b + block.size
        context_before = _CONTEXT if block.a or block.b else 0
        context_after = _CONTEXT if a < len(left) or b < len(right) else 0
        rows.add(_stay(left, block, context_before, context_after))
    rows.add(_changed(left, right, range(a, len(left)), range(b, len(right)), words), len(left) - a, len(right) - b)
    return Difference(rows.shown, lines_out, lines_in, rows.left_out, words.all_compared, found.is_complete)


def _changing(left: Sequence[str], right: Sequence[str], blocks: Sequence[Block]) -> tuple[int, int]:
    staying = sum(block.size for block in blocks)
    return len(left) - staying, len(right) - staying


class _Rows:
    """Rows up to as many as a page can show; what comes after is only counted, in lines that change."""

    def __init__(self) -> None:
        self.shown: list[Row | Fold] = []
        self.left_out = 0

    def add(self, rows: Iterator[Row | Fold], lines_out: int = 0, lines_in: int = 0) -> None:
        room = 0 if self.left_out else _MOST_ROWS - len(self.shown)
        self.shown += islice(rows, room)
        self.left_out += max(0, max(lines_out, lines_in) - room)


class _Words:
    """Looks inside pairs of lines as long as that takes a bearable time in all."""

    def __init__(self) -> None:
        self._left = _WORD_WORK
        self.all_compared = True

    def pieces(self, old: str, new: str) -> tuple[Sequence[Piece], Sequence[Piece]]:
        mine, theirs = _WORDS.findall(old), _WORDS.findall(new)
        self._left -= len(mine) * len(theirs)
        if self._left < 0 or max(len(mine), len(theirs)) > _MOST_WORDS:
            self.all_compared = False
            return [Piece(old)], [Piece(new)]
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        if _alike(matcher, mine, len(old) + len(new)) < _ALIKE:
            return [Piece(old)], [Piece(new)]
        codes = matcher.get_opcodes()
        return (
            _joined((mine[a:b], tag != "equal") for tag, a, b, _, _ in codes),
            _joined((theirs[a:b], tag != "equal") for tag, _, _, a, b in codes),
        )


def _changed(left: Sequence[str], right: Sequence[str], out: range, come: range, words: _Words) -> Iterator[Row]:
    """Lines that leave beside lines that come; where there are more of one, the rest of it stands alone."""
    for old, new in zip(out, come):  # noqa: B905 - as far as both go
        mine, theirs = words.pieces(left[old], right[new])
        yield Row(Line(old + 1, mine), Line(new + 1, theirs))
    yield from (Row(Line(old + 1, [Piece(left[old])]), None) for old in out[len(come) :])
    yield from (Row(None, Line(new + 1, [Piece(right[new])])) for new in come[len(out) :])


def _stay(lines: Sequence[str], block: Block, before: int, after: int) -> Iterator[Row | Fold]:
    """Lines that stay, as far as they are near to one that changes."""
    a, b, size = block
    if size <= before + after + 1:  # a fold takes a row itself
        before, after = size, 0
    shown = [*range(before), *range(size - after, size)]
    for n in shown[:before]:
        yield _same(lines[a + n], a + n, b + n)
    if before + after < size:
        yield Fold(a + before + 1, a + size - after, b + before + 1)
    for n in shown[before:]:
        yield _same(lines[a + n], a + n, b + n)


def _same(line: str, a: int, b: int) -> Row:
    pieces = [Piece(line)]
    return Row(Line(a + 1, pieces), Line(b + 1, pieces), same=True)


def _alike(matcher: SequenceMatcher[str], words: Sequence[str], size: int) -> float:
    """How much of both lines is the same, from 0 to 1, counted in characters: a long word weighs more than a comma."""
    kept = "".join(word.strip() for at, _, count in matcher.get_matching_blocks() for word in words[at : at + count])
    return 2 * len(kept) / (size or 1)


def _joined(parts: Iterable[tuple[list[str], bool]]) -> list[Piece]:
    return [Piece("".join(words), changed) for words, changed in parts if words]
