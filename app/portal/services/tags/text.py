"""A text with its tags: as it is written, and as the phone gets it as far as the portal can tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from app.portal.services.tags.names import find_tags
from app.portal.services.tags.resolver import DOTS, Resolution, ResolvedTag

MAX_LENGTH = 4_194_304  # characters that a text may grow to


class UnresolvedReason(Enum):
    UNDEFINED = auto()
    NATIVE = auto()  # only the platform can fill it in, or nobody is on its line
    AMBIGUOUS = auto()  # defined, but no single value can be told
    TOO_LONG = auto()  # the text would grow past its bound


@dataclass(frozen=True)
class Unresolved:
    """Why a tag stays as it is written, in words for people too."""

    reason: UnresolvedReason
    message: str


@dataclass(frozen=True)
class TextPiece:
    """A tag, or the text between two. `rendered` is what stands in place of `raw`; the same where nothing does.

    `tag` is None for a tag that is neither defined nor native.
    """

    raw: str
    rendered: str
    tag: ResolvedTag | None = None
    unresolved: Unresolved | None = None

    @property
    def is_tag(self) -> bool:
        return self.tag is not None or self.unresolved is not None


def split_text(text: str, resolution: Resolution) -> Iterator[TextPiece]:
    """Yield the whole text in pieces; what comes in for a tag is not looked through again."""
    position, room = 0, MAX_LENGTH - len(text)
    for match in find_tags(text, resolution.by_name):
        if match.start > position:
            yield TextPiece(text[position : match.start], text[position : match.start])
        position = match.end
        tag = resolution.by_name.get(match.name)
        value = None if tag is None else DOTS if tag.is_secret else tag.value
        growth = len(value or "") - len(match.name)
        if value is None:
            yield TextPiece(match.name, match.name, tag, _explain(tag or resolution.placeholder(match.name)))
        elif growth > room:
            too_long = Unresolved(UnresolvedReason.TOO_LONG, "The text would get too long to show")
            yield TextPiece(match.name, match.name, tag, too_long)
        else:
            room -= growth
            yield TextPiece(match.name, value, tag)
    if position < len(text):
        yield TextPiece(text[position:], text[position:])


def _explain(tag: ResolvedTag) -> Unresolved:
    if tag.is_undefined:
        return Unresolved(UnresolvedReason.UNDEFINED, tag.reason)
    reason = UnresolvedReason.NATIVE if tag.is_native else UnresolvedReason.AMBIGUOUS
    return Unresolved(reason, tag.reason or "; ".join(problem.message for problem in tag.problems))
