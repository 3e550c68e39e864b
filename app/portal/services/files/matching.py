"""Equal lines of two texts, found in bounded time.

difflib alone takes minutes for two files of 20,000 lines in which every other line changed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq
from typing import NamedTuple

from app.portal.domain.sequences import longest_increasing

_MAX_PAIRS = 5_000  # of equal lines in one stretch that difflib may be given to choose from
_MAX_STEPS = 20_000_000  # of difflib in all stretches together
_MAX_DEPTH = 12
_Pair = tuple[int, int]  # places of a line in both texts


class EqualLines(NamedTuple):
    """`size` lines that are equal, from line `a` of one text and line `b` of the other, counted from 0."""

    a: int
    b: int
    size: int


class LineMatches(NamedTuple):
    """Blocks in the order of the lines, never touching on both sides; lines outside all of them differ.

    Unless `is_complete`, some of those may be the same after all: to find out would have taken too long.
    """

    blocks: Sequence[EqualLines]
    is_complete: bool


def match_lines(a: Sequence[str], b: Sequence[str]) -> LineMatches:
    search = _Search()
    joined: list[EqualLines] = []
    for block in search.find(a, b, 0, 0, _MAX_DEPTH):
        if not block.size:
            continue
        last = joined[-1] if joined else EqualLines(-1, -1, 0)
        if (last.a + last.size, last.b + last.size) == (block.a, block.b):
            joined[-1] = EqualLines(last.a, last.b, last.size + block.size)
        else:
            joined.append(block)
    return LineMatches(joined, search.is_complete)


class _Search:
    """A search through two texts, bounded in steps however many stretches of them are looked through."""

    def __init__(self) -> None:
        self._steps_left = _MAX_STEPS
        self.is_complete = True

    def find(self, a: Sequence[str], b: Sequence[str], a_start: int, b_start: int, depth: int) -> Iterator[EqualLines]:
        """Look through stretches of both texts that begin at these lines."""
        head = _count_equal(a, b)
        yield EqualLines(a_start, b_start, head)
        a, b, a_start, b_start = a[head:], b[head:], a_start + head, b_start + head
        tail = _count_equal(reversed(a), reversed(b))
        a, b = a[: len(a) - tail], b[: len(b) - tail]
        if pairs := _count_pairs(a, b):
            if self._is_cheap(a, b, pairs):
                for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
                    yield EqualLines(a_start + block.a, b_start + block.b, block.size)
            elif depth and (anchors := _find_anchors(a, b)):
                yield from self._find_between(anchors, a, b, a_start, b_start, depth)
            else:  # nothing is said to be the same, which is never wrong
                self.is_complete = False
        yield EqualLines(a_start + len(a), b_start + len(b), tail)

    def _find_between(
        self, anchors: Iterable[_Pair], a: Sequence[str], b: Sequence[str], a_start: int, b_start: int, depth: int
    ) -> Iterator[EqualLines]:
        a_next = b_next = 0
        for a_anchor, b_anchor in anchors:
            yield from self.find(a[a_next:a_anchor], b[b_next:b_anchor], a_start + a_next, b_start + b_next, depth - 1)
            yield EqualLines(a_start + a_anchor, b_start + b_anchor, 1)
            a_next, b_next = a_anchor + 1, b_anchor + 1
        yield from self.find(a[a_next:], b[b_next:], a_start + a_next, b_start + b_next, depth - 1)

    def _is_cheap(self, a: Sequence[str], b: Sequence[str], pairs: int) -> bool:
        """Each block that difflib finds takes it once through the lines of `a` and all they may be paired with."""
        steps = (len(a) + pairs) * (min(len(a), len(b), pairs) + 1)
        if pairs > _MAX_PAIRS or steps > self._steps_left:
            return False
        self._steps_left -= steps
        return True


def _count_equal(a: Iterable[str], b: Iterable[str]) -> int:
    """Return how many lines are the same from the beginning of both."""
    return sum(takewhile(bool, map(eq, a, b)))


def _count_pairs(a: Sequence[str], b: Sequence[str]) -> int:
    count_b = Counter(b)
    return sum(count_b[line] for line in a) if a else 0


def _find_anchors(a: Sequence[str], b: Sequence[str]) -> Sequence[_Pair]:
    """Return the places of the lines that each text has once, as many as there are in the same order in both."""
    count_a, count_b = Counter(a), Counter(b)
    places_in_b = {line: place for place, line in enumerate(b) if count_b[line] == 1}
    pairs = [(place, places_in_b[line]) for place, line in enumerate(a) if count_a[line] == 1 and line in places_in_b]
    return [pairs[index] for index in longest_increasing([place_in_b for _, place_in_b in pairs])]
