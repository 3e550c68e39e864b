"""Lines of a changed stretch in pairs: which of the new ones came in place of which old one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from app.portal.domain.sequences import longest_increasing

Pair = tuple[int | None, int | None]  # a removed line and an added one; None beside one that stands alone

MIN_LIKENESS = 0.25  # below it, one line says nothing of the other
_MAX_COMPARED = 20_000  # pairs of lines that are compared by their words, in all stretches together
_MAX_STRETCH = 900  # of them in one stretch
_WORD = re.compile(r"%[^%\s]{1,200}%|\w+|[^\w\s]")
_KEY = re.compile(
    r"""\s*(?:
        (<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]{0,200}"|'[^']{0,200}'))?)   # an element, with its first attribute
        | ([^=:\s\#;<][^=:]{0,200}?)\s*[=:]                                   # a key before its sign
    )""",
    re.VERBOSE,
)


class LinePairing:
    """Pairs lines by likeness as long as that takes a bearable time in all, then by their order."""

    def __init__(self) -> None:
        self._room = _MAX_COMPARED

    def pair(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
        """Yield each line of both once, in order: first by keys that both have once, then by likeness."""
        old_next = new_next = 0
        for old_place, new_place in [*_pair_keys(old, new), (len(old), len(new))]:
            yield from self._pair_between(old, new, range(old_next, old_place), range(new_next, new_place))
            if old_place < len(old):
                yield old_place, new_place
            old_next, new_next = old_place + 1, new_place + 1

    def _pair_between(self, old: Sequence[str], new: Sequence[str], olds: range, news: range) -> Iterator[Pair]:
        size = len(olds) * len(news)
        pairs: list[tuple[int, int]] = []
        if size <= min(_MAX_STRETCH, self._room):
            self._room -= size
            pairs = _pair_alike([old[place] for place in olds], [new[place] for place in news])
        old_next = new_next = 0
        for a, b in [*pairs, (len(olds), len(news))]:
            yield from zip_longest(olds[old_next:a], news[new_next:b])
            if a < len(olds):
                yield olds[a], news[b]
            old_next, new_next = a + 1, b + 1


def key_of(line: str) -> str:
    """Return what a line sets; "" where that cannot be told."""
    match = _KEY.match(line)
    return (match[1] or match[2]) if match else ""


def _pair_keys(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[int, int]]:
    if not (old and new):
        return []
    old_keys, new_keys = [key_of(line) for line in old], [key_of(line) for line in new]
    old_counts, new_counts = Counter(old_keys), Counter(new_keys)
    places = {key: place for place, key in enumerate(new_keys) if key and new_counts[key] == 1}
    pairs = [(place, places[key]) for place, key in enumerate(old_keys) if key in places and old_counts[key] == 1]
    return [pairs[index] for index in longest_increasing([new_place for _, new_place in pairs])]


def _pair_alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs, in order, that are most alike in all."""
    old_words, new_words = [_weigh_words(line) for line in old], [_weigh_words(line) for line in new]
    likeness = [[_likeness(a, b) for b in new_words] for a in old_words]
    # best[i][j]: the sum over the lines of both from i and from j on
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness[i][j])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _weigh_words(line: str) -> tuple[str, Counter[str]]:
    """Return the key of a line, and each word with the number of its characters in it."""
    weights: Counter[str] = Counter()
    for word in _WORD.findall(line[:1_000]):
        weights[word] += len(word)
    return key_of(line), weights


def _likeness(a: tuple[str, Counter[str]], b: tuple[str, Counter[str]]) -> float:
    """Return how much of both lines is the same, from 0 to 1, and 1 more where they set the same; 0 for too little."""
    same = 2 * (a[1] & b[1]).total() / ((a[1].total() + b[1].total()) or 1)
    is_same_key = bool(a[0]) and a[0] == b[0]
    return is_same_key + same if is_same_key or same >= MIN_LIKENESS else 0.0
