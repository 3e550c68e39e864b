"""Tags in a text: `%`, a name, `%`. Case counts."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

_MAX_LENGTH = 100  # characters of a name that nothing defines; longer ones are text between two signs
_PUNCTUATION = frozenset("-_.")  # what such a name may have besides letters and digits


@dataclass(frozen=True)
class TagMatch:
    """A tag in a text: `text[start:end]` is its name, with both signs, on `line`, counted from 1."""

    name: str
    start: int
    end: int
    line: int


def find_tags(text: str, known: Container[str] = frozenset()) -> Iterator[TagMatch]:
    """Yield each tag of a text, in its order.

    A known name counts whatever it is made of; of other text between two signs, only what can be meant as a name.
    Where two share a sign, as in `20%20%PORT%`, the known one is meant.
    """
    line, counted = 1, 0
    start = text.find("%")
    end = text.find("%", start + 1)
    while start >= 0 and end >= 0:
        name = text[start : end + 1]
        following = text.find("%", end + 1)
        if (len(name) > 2 and name in known) or (_can_be_a_name(name) and text[end : following + 1] not in known):
            line += text.count("\n", counted, start)
            counted = start
            yield TagMatch(name, start, end + 1, line)
            start, end = following, text.find("%", following + 1)
        else:
            start, end = end, following


def find_first_lines(text: str, known: Container[str]) -> Mapping[str, int]:
    """Return each name that a text uses with the first line that does, in the order of the text."""
    lines: dict[str, int] = {}
    for match in find_tags(text, known):
        lines.setdefault(match.name, match.line)
    return lines


def malformed_reason(name: str) -> str | None:
    """Return why no text can hold this name as a tag; None if one can."""
    inner = name.removeprefix("%").removesuffix("%")
    if not name:
        return "Invalid name: empty"
    if not inner:
        return "Invalid name: nothing between the % signs"
    if not name.startswith("%"):
        return "Invalid name: no opening %"
    if not name.endswith("%"):
        return "Invalid name: no closing %"
    if "%" in inner:
        return "Invalid name: % inside the name"
    return None


def _can_be_a_name(name: str) -> bool:
    if not 2 < len(name) <= _MAX_LENGTH:
        return False
    return all(character.isalnum() or character in _PUNCTUATION for character in name[1:-1])
