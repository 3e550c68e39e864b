"""Equal lines of two texts: as many as there are in the same order, found in bounded time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from operator import eq
from typing import NamedTuple

from app.portal.domain.sequences import longest_increasing

_MAX_PAIRS = 400_000  # of equal lines that are chosen from, in all stretches together
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
    blocks = _join(search.find(a, b, 0, 0, _MAX_DEPTH))
    return LineMatches(_join(_slide(blocks, a, b)), search.is_complete)


def _join(blocks: Iterable[EqualLines]) -> list[EqualLines]:
    """Make one block of those that touch on both sides, and drop empty ones."""
    joined: list[EqualLines] = []
    for block in blocks:
        if not block.size:
            continue
        last = joined[-1] if joined else EqualLines(-1, -1, 0)
        if (last.a + last.size, last.b + last.size) == (block.a, block.b):
            joined[-1] = EqualLines(last.a, last.b, last.size + block.size)
        else:
            joined.append(block)
    return joined


class _Search:
    """A search through two texts, bounded in pairs however many stretches of them are looked through."""

    def __init__(self) -> None:
        self._pairs_left = _MAX_PAIRS
        self.is_complete = True

    def find(self, a: Sequence[str], b: Sequence[str], a_start: int, b_start: int, depth: int) -> Iterator[EqualLines]:
        """Look through stretches of both texts that begin at these lines."""
        head = _count_equal(a, b)
        yield EqualLines(a_start, b_start, head)
        a, b, a_start, b_start = a[head:], b[head:], a_start + head, b_start + head
        tail = _count_equal(reversed(a), reversed(b))
        a, b = a[: len(a) - tail], b[: len(b) - tail]
        if count := _count_pairs(a, b):
            if count <= self._pairs_left:
                self._pairs_left -= count
                for a_place, b_place in _longest_common(a, b):
                    yield EqualLines(a_start + a_place, b_start + b_place, 1)
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


def _count_equal(a: Iterable[str], b: Iterable[str]) -> int:
    """Return how many lines are the same from the beginning of both."""
    return sum(takewhile(bool, map(eq, a, b)))


def _count_pairs(a: Sequence[str], b: Sequence[str]) -> int:
    count_b = Counter(b)
    return sum(count_b[line] for line in a) if a else 0


def _longest_common(a: Sequence[str], b: Sequence[str]) -> Iterator[_Pair]:
    """Yield the places of as many equal lines as there are in the same order (Hunt and Szymanski)."""
    places_in_b: defaultdict[str, list[int]] = defaultdict(list)
    for place in range(len(b) - 1, -1, -1):  # the last first, so that a line of `a` is in a rising run once
        places_in_b[b[place]].append(place)
    pairs = [(place, place_in_b) for place, line in enumerate(a) for place_in_b in places_in_b.get(line, ())]
    return (pairs[index] for index in longest_increasing([place_in_b for _, place_in_b in pairs]))


def _find_anchors(a: Sequence[str], b: Sequence[str]) -> Sequence[_Pair]:
    """Return the places of the lines that each text has once, as many as there are in the same order in both."""
    count_a, count_b = Counter(a), Counter(b)
    places_in_b = {line: place for place, line in enumerate(b) if count_b[line] == 1}
    pairs = [(place, places_in_b[line]) for place, line in enumerate(a) if count_a[line] == 1 and line in places_in_b]
    return [pairs[index] for index in longest_increasing([place_in_b for _, place_in_b in pairs])]


def _slide(blocks: Sequence[EqualLines], a: Sequence[str], b: Sequence[str]) -> Iterator[EqualLines]:
    """Move lines that were only removed, or only added, to where a reader would say they begin.

    Where the line before them is the same as their last, they can begin with that one instead.
    """
    if not blocks:
        return
    current = blocks[0]
    for following in blocks[1:]:
        removed, added = following.a - current.a - current.size, following.b - current.b - current.size
        up = 0
        if not (removed and added):
            lines, end, size = (a, following.a, removed) if removed else (b, following.b, added)
            up = _best_slide(lines, end - size, end, current.size)
        yield current._replace(size=current.size - up)
        current = EqualLines(following.a - up, following.b - up, following.size + up)
    yield current


def _best_slide(lines: Sequence[str], start: int, end: int, most: int) -> int:
    """Return how many lines up the stretch from `start` to `end` reads best: where its first line is indented least."""
    best, best_indent = 0, _indent(lines[start])
    for up in range(1, min(most, 100) + 1):
        if lines[start - up] != lines[end - up]:
            break
        if (indent := _indent(lines[start - up])) < best_indent:
            best, best_indent = up, indent
    return best


def _indent(line: str) -> float:
    """Return the columns before the text; a blank line, or the end of an element, begins nothing."""
    text = line.lstrip()
    return float("inf") if not text or text.startswith(("</", "}")) else len(line) - len(text)
