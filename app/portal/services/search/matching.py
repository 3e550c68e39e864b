"""The fields of a hit that have the words of a search, with the parts that match marked as people read them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.portal.domain import mac
from app.portal.domain.search_words import fold
from app.portal.store.index.searching import SearchPattern


class Notation(Enum):
    """The part of a value that is searched: all of its text, or only the digits of a MAC or phone number."""

    TEXT = auto()
    MAC = auto()
    PHONE = auto()


@dataclass(frozen=True)
class TextPart:
    text: str
    is_match: bool


@dataclass(frozen=True)
class MatchedField:
    """The label of a field that has words of the search, and its value in parts."""

    label: str
    parts: Sequence[TextPart]


@dataclass(frozen=True)
class SearchedField:
    label: str
    value: str
    notation: Notation = Notation.TEXT

    def searched(self) -> tuple[str, Sequence[int]]:
        """Return the text that is searched, and for each character of it the index in the value."""
        if self.notation is Notation.PHONE:
            return _select(self.value, str.isdigit)
        if self.notation is Notation.MAC and mac.parse(self.value):
            return _select(self.value, str.isalnum)
        return _fold(self.value)


def mark(field: SearchedField, pattern: SearchPattern) -> Sequence[TextPart]:
    """Return the value in parts, those marked that a word of the pattern is found in."""
    text, positions = field.searched()
    is_marked = [False] * len(field.value)
    for notation in {notation for word in pattern.words for notation in word}:
        for start in _find_all(text, notation):
            first, last = positions[start], positions[start + len(notation) - 1]
            is_marked[first : last + 1] = [True] * (last + 1 - first)
    return list(_join(field.value, is_marked))


def find_matches(fields: Sequence[SearchedField], pattern: SearchPattern) -> Sequence[MatchedField]:
    """Return the fields that have the words: the one with the whole text, else that with most words, then others.

    Of equals the first. A word that no field has, such as one that spans two, is left out.
    """
    texts = {field: field.searched()[0] for field in fields}
    if whole := next((field for field in fields if _has_any(texts[field], pattern.whole)), None):
        return [MatchedField(whole.label, mark(whole, pattern))]
    matches, words = [], list(pattern.words)
    while words:
        best = max(fields, key=lambda field: sum(_has_any(texts[field], word) for word in words))
        rest = [word for word in words if not _has_any(texts[best], word)]
        if len(rest) == len(words):
            break
        matches.append(MatchedField(best.label, mark(best, pattern)))
        words = rest
    return matches


def has_all_words(fields: Sequence[SearchedField], pattern: SearchPattern) -> bool:
    texts = [field.searched()[0] for field in fields]
    return all(any(_has_any(text, word) for text in texts) for word in pattern.words)


def _has_any(text: str, notations: Collection[str]) -> bool:
    return any(notation in text for notation in notations)


def _find_all(text: str, part: str) -> Iterator[int]:
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + len(part))


def _select(value: str, is_searched: Callable[[str], bool]) -> tuple[str, Sequence[int]]:
    positions = [index for index, character in enumerate(value) if is_searched(character)]
    return "".join(value[index].lower() for index in positions), positions


def _fold(value: str) -> tuple[str, Sequence[int]]:
    if value.isascii():
        return value.casefold(), range(len(value))
    characters, positions = [], []
    for index, character in enumerate(value):
        folded = fold(character)
        characters.append(folded)
        positions += [index] * len(folded)
    return "".join(characters), positions


def _join(value: str, is_marked: Sequence[bool]) -> Iterable[TextPart]:
    start = 0
    for end in range(1, len(value) + 1):
        if end == len(value) or is_marked[end] != is_marked[start]:
            yield TextPart(value[start:end], is_marked[start])
            start = end
