"""The tags that a configuration file uses, and what there is to say of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.names import find_tags
from app.portal.services.tags.native import HIDDEN
from app.portal.services.tags.resolver import ProblemKind, Resolution
from app.portal.services.tags.text import TextPiece, UnresolvedReason, split_text


@dataclass(frozen=True)
class FileTag:
    """`line` is the first of the `count` times that it is used."""

    piece: TextPiece
    line: int
    count: int

    @property
    def name(self) -> str:
        return self.piece.raw

    @property
    def value(self) -> str:
        """What stands in its place; "" where it is set to nothing, or stays as written."""
        return "" if self.piece.unresolved else self.piece.rendered

    @property
    def is_secret(self) -> bool:
        return self.piece.tag is not None and self.piece.tag.is_secret

    @property
    def needs_attention(self) -> bool:
        return needs_attention(self.piece)

    @property
    def unresolved_reason(self) -> str:
        return unresolved_reason(self.piece)

    @property
    def source(self) -> str:
        return self.piece.tag.source if self.piece.tag else ""

    @property
    def problems(self) -> Sequence[str]:
        """What else is to be known of a tag that has a value."""
        problems = self.piece.tag.problems if self.piece.tag and not self.piece.unresolved else ()
        return [problem.message for problem in problems if problem.kind is not ProblemKind.EMPTY]


def list_file_tags(text: ConfigText, tags: Resolution) -> Sequence[FileTag]:
    """Return each tag once: first what needs attention, then what stays as written, then the rest.

    Each of the three is in the order of the file.
    """
    counts: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for match in find_tags(text.text, tags.by_name):
        counts[match.name] += 1
        lines.setdefault(match.name, match.line)
    file_tags = [FileTag(next(split_text(name, tags)), line, counts[name]) for name, line in lines.items()]
    return sorted(file_tags, key=lambda tag: (not tag.needs_attention, tag.piece.unresolved is None))


def needs_attention(piece: TextPiece) -> bool:
    """True where nothing defines a tag, or no single value can be told."""
    wrong = {UnresolvedReason.UNDEFINED, UnresolvedReason.AMBIGUOUS}
    return piece.unresolved is not None and piece.unresolved.reason in wrong


def unresolved_reason(piece: TextPiece) -> str:
    """Return why the tag stays as written; "" if it does not."""
    if piece.unresolved is None:
        return ""
    if piece.unresolved.reason is UnresolvedReason.UNDEFINED:
        return "Nothing defines it: it goes out as written"
    return piece.unresolved.message


def summary(piece: TextPiece, *, as_phone: bool) -> str:
    """Return what a mark in the text says of its tag: its source, and the value or, in its place, the name."""
    if piece.unresolved or piece.tag is None:
        return unresolved_reason(piece)
    value = piece.raw if as_phone else HIDDEN if piece.tag.is_secret else piece.rendered or "set to nothing"
    return f"{piece.tag.source}: {value}"
