"""A text with its tags: as it is written, and as the phone gets it as far as the portal can tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from app.portal.services.tags.names import names_in
from app.portal.services.tags.native import NOT_TOLD
from app.portal.services.tags.resolver import DOTS, Resolution, ResolvedTag

LARGEST = 4_194_304  # characters that a text may grow to


class Why(Enum):
    """Why a tag stays as it is written."""

    UNKNOWN = auto()  # nothing defines it
    NO_LINE = auto()  # nobody is on its line, or nobody knows
    NOT_TOLD = auto()  # the platform fills it in
    UNSETTLED = auto()  # defined, but no single value can be told
    NO_ROOM = auto()  # the text would grow past its bound


@dataclass(frozen=True)
class Unresolved:
    """A tag that stays as it is written, and why, in words for people too."""

    name: str
    why: Why
    words: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a text. With a `name` it is a tag; `shown` is what stands in its place, `source` if nothing does."""

    source: str
    shown: str
    name: str | None = None
    tag: ResolvedTag | None = None
    unresolved: Unresolved | None = None


def pieces(text: str, resolution: Resolution) -> Iterator[Piece]:
    """The whole text in stretches; what comes in for a tag is not looked through again."""
    at, room = 0, LARGEST - len(text)
    for found in names_in(text, resolution.by_name):
        if found.start > at:
            yield Piece(text[at : found.start], text[at : found.start])
        at = found.end
        tag = resolution.get(found.name)
        value = None if tag is None else DOTS if tag.is_secret else tag.value
        if value is None:
            unresolved = _unresolved(found.name, tag, resolution)
            yield Piece(found.name, found.name, found.name, tag, unresolved)
        elif len(value) - len(found.name) > room:
            unresolved = Unresolved(found.name, Why.NO_ROOM, "The text would get too long to show")
            yield Piece(found.name, found.name, found.name, tag, unresolved)
        else:
            room -= len(value) - len(found.name)
            yield Piece(found.name, value, found.name, tag)
    if at < len(text):
        yield Piece(text[at:], text[at:])


def _unresolved(name: str, tag: ResolvedTag | None, resolution: Resolution) -> Unresolved:
    if tag is not None:
        words = tag.why or "; ".join(problem.words for problem in tag.problems)
        return Unresolved(name, Why.NOT_TOLD if tag.is_native else Why.UNSETTLED, words)
    words_of_native = resolution.natives.why_absent(name)
    if words_of_native is None:
        return Unresolved(name, Why.UNKNOWN, "Nothing defines it")
    return Unresolved(name, Why.NOT_TOLD if words_of_native == NOT_TOLD else Why.NO_LINE, words_of_native)
