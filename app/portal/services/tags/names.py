"""What counts as a tag in a text: `%`, a name, `%`. Case counts."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

_LONGEST = 100  # characters of a name that nothing defines; longer ones are text between two signs
_IN_A_NAME = frozenset("-_.")


@dataclass(frozen=True)
class Found:
    """A tag in a text: `text[start:end]` is its name, with both signs."""

    name: str
    start: int
    end: int


def names_in(text: str, known: Container[str] = frozenset()) -> Iterator[Found]:
    """Each tag of a text, in its order.

    A known name is found whatever it is made of; of other text between two signs, only what can be meant as a
    name. Where two share a sign, as in `20%20%PORT%`, the known one is meant.
    """
    start = text.find("%")
    end = text.find("%", start + 1)
    while start >= 0 and end >= 0:
        name = text[start : end + 1]
        following = text.find("%", end + 1)
        if (len(name) > 2 and name in known) or (_may_be_meant(name) and text[end : following + 1] not in known):
            yield Found(name, start, end + 1)
            start, end = following, text.find("%", following + 1)
        else:
            start, end = end, following


def why_malformed(name: str) -> str | None:
    """Why no text can hold this name as a tag; None if one can."""
    inner = name.removeprefix("%").removesuffix("%")
    if not name:
        return "No name: never resolves"
    if not inner:
        return "Nothing between its signs: never resolves"
    if not name.startswith("%"):
        return "No opening %: never resolves"
    if not name.endswith("%"):
        return "No closing %: never resolves"
    if "%" in inner:
        return "A % inside its name: never resolves"
    return None


def _may_be_meant(name: str) -> bool:
    return 2 < len(name) <= _LONGEST and all(each.isalnum() or each in _IN_A_NAME for each in name[1:-1])
