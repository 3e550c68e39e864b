"""A text with its tags: as it is written, and as the phone gets it as far as the portal can tell."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.portal.services.tags.names import scan_tags
from app.portal.services.tags.resolver import DOTS, Resolution, ResolvedTag

MAX_LENGTH = 4_194_304  # characters that a text may grow to


@dataclass(frozen=True)
class TextPiece:
    """A tag, or the text between two, which has no `tag`.

    `rendered` is what stands in place of `raw`; where nothing does it is the same, and `unresolved` says why.
    """

    raw: str
    rendered: str
    tag: ResolvedTag | None = None
    unresolved: str = ""

    @property
    def needs_attention(self) -> bool:
        """True where nothing defines the tag, or no single value can be told."""
        return bool(self.unresolved) and self.tag is not None and self.tag.value is None and not self.tag.is_native


def split_text(text: str, resolution: Resolution) -> Iterator[TextPiece]:
    """Yield the whole text in pieces; what comes in for a tag is not looked through again."""
    position, room = 0, MAX_LENGTH - len(text)
    for match in scan_tags(text, resolution.names):
        if match.start > position:
            yield TextPiece(text[position : match.start], text[position : match.start])
        position = match.end
        tag = resolution.by_name.get(match.name) if match.is_closed else None
        value = DOTS if tag and tag.is_secret else tag.value if tag else None
        tag = tag or resolution.placeholder(match.name)
        growth = len(value or "") - len(match.name)
        if value is None or growth > room:
            reason = _unresolved_reason(tag) if value is None else "Not resolved: the text would be too long"
            yield TextPiece(match.name, match.name, tag, reason)
        else:
            room -= growth
            yield TextPiece(match.name, value, tag)
    if position < len(text):
        yield TextPiece(text[position:], text[position:])


def _unresolved_reason(tag: ResolvedTag) -> str:
    if tag.is_undefined:
        return f"{tag.reason}: the phone receives it as written"
    return tag.reason or "; ".join(problem.message for problem in tag.problems)
