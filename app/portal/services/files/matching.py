"""Which lines of two texts are the same ones, found in bounded time.

difflib alone takes minutes for two files of 20,000 lines in which every other line changed.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_PAIRS = 5_000  # of equal lines in one stretch that difflib may be given to choose from
_EFFORT = 20_000_000  # steps of difflib in all stretches together, at most
_DEPTH = 12


class Block(NamedTuple):
    """`size` lines that are equal, from line `a` of one text and line `b` of the other, counted from 0."""

    a: int
    b: int
    size: int


class Matching(NamedTuple):
    """Blocks in the order of the lines, never touching on both sides; lines outside all of them differ.

    Unless `is_complete`, some of those may be the same after all: to find out would have taken too long.
    """

    blocks: Sequence[Block]
    is_complete: bool


def matching(a: Sequence[str], b: Sequence[str]) -> Matching:
    search = _Search(a, b)
    joined: list[Block] = []
    for block in search.matches(0, len(a), 0, len(b), _DEPTH):
        if not block.size:
            continue
        last = joined[-1] if joined else Block(-1, -1, 0)
        if (last.a + last.size, last.b + last.size) == (block.a, block.b):
            joined[-1] = Block(last.a, last.b, last.size + block.size)
        else:
            joined.append(block)
    return Matching(joined, search.is_complete)


class _Search:
    """Through two texts, with so much effort in all, however many stretches of them want it."""

    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        self._a, self._b = a, b
        self._left = _EFFORT
        self.is_complete = True

    def matches(self, a_low: int, a_high: int, b_low: int, b_high: int, depth: int) -> Iterator[Block]:
        a, b = self._a, self._b
        start = _same_from_start(a, b, a_low, a_high, b_low, b_high)
        yield Block(a_low, b_low, start)
        a_low, b_low = a_low + start, b_low + start
        end = _same_from_end(a, b, a_low, a_high, b_low, b_high)
        a_high, b_high = a_high - end, b_high - end
        mine, theirs = a[a_low:a_high], b[b_low:b_high]
        if pairs := _pairs(mine, theirs):
            if self._is_cheap(mine, theirs, pairs):
                for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
                    yield Block(a_low + block.a, b_low + block.b, block.size)
            elif depth and (anchors := _anchors(mine, theirs)):
                yield from self._between((a_low, a_high, b_low, b_high), anchors, depth)
            else:  # nothing is said to be the same, which is never wrong
                self.is_complete = False
        yield Block(a_high, b_high, end)

    def _between(
        self, bounds: tuple[int, int, int, int], anchors: Sequence[tuple[int, int]], depth: int
    ) -> Iterator[Block]:
        a_low, a_high, b_low, b_high = bounds
        at_a, at_b = a_low, b_low
        for one, other in anchors:
            yield from self.matches(at_a, a_low + one, at_b, b_low + other, depth - 1)
            yield Block(a_low + one, b_low + other, 1)
            at_a, at_b = a_low + one + 1, b_low + other + 1
        yield from self.matches(at_a, a_high, at_b, b_high, depth - 1)

    def _is_cheap(self, a: Sequence[str], b: Sequence[str], pairs: int) -> bool:
        """Each block that difflib finds takes it once through the lines of `a` and all they may be paired with."""
        steps = (len(a) + pairs) * (min(len(a), len(b), pairs) + 1)
        if pairs > _PAIRS or steps > self._left:
            return False
        self._left -= steps
        return True


def _pairs(a: Sequence[str], b: Sequence[str]) -> int:
    count_b = Counter(b)
    return sum(count_b[line] for line in a) if a else 0


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the lines that each text has once, as many as there are in the same order in both."""
    count_a, count_b = Counter(a), Counter(b)
    groups = {line: at for at, line in enumerate(b) if count_b[line] == 1}
    pairs = [(at, groups[line]) for at, line in enumerate(a) if count_a[line] == 1 and line in groups]
    ends: list[int] = []  # of the best rising run of each length, its last place in b
    last: list[int] = []  # the same as indices of pairs
    before: list[int] = []  # for each pair, the one before it in its run; -1 for none
    for index, (_, group) in enumerate(pairs):
        length = bisect_left(ends, group)
        ends[length : length + 1] = [group]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    rising = []
    index = last[-1] if last else -1
    while index >= 0:
        rising.append(pairs[index])
        index = before[index]
    return rising[::-1]


def _same_from_start(a: Sequence[str], b: Sequence[str], a_low: int, a_high: int, b_low: int, b_high: int) -> int:
    most = min(a_high - a_low, b_high - b_low)
    return next((n for n in range(most) if a[a_low + n] != b[b_low + n]), most)


def _same_from_end(a: Sequence[str], b: Sequence[str], a_low: int, a_high: int, b_low: int, b_high: int) -> int:
    most = min(a_high - a_low, b_high - b_low)
    return next((n for n in range(most) if a[a_high - 1 - n] != b[b_high - 1 - n]), most)
