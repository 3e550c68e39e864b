"""The tags that a configuration file uses, with their values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.names import scan_tags
from app.portal.services.tags.native import HIDDEN
from app.portal.services.tags.resolver import ProblemKind, Resolution
from app.portal.services.tags.text import TextPiece, split_text


@dataclass(frozen=True)
class FileTag:
    """`line` is the first of the `count` times that it is used."""

    name: str
    piece: TextPiece
    line: int
    count: int

    @property
    def problems(self) -> Sequence[str]:
        """Return the problems of a tag that has a value all the same."""
        problems = self.piece.tag.problems if self.piece.tag and not self.piece.unresolved else ()
        return [problem.message for problem in problems if problem.kind is not ProblemKind.EMPTY]


def list_file_tags(text: ConfigText, tags: Resolution) -> Sequence[FileTag]:
    """Return each tag once: first what needs attention, then what stays as written, then the rest.

    Each of the three is in the order of the file.
    """
    counts: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for match in scan_tags(text.text, tags.names):
        counts[match.name] += 1
        lines.setdefault(match.name, match.line)
    file_tags = [FileTag(name, next(split_text(name, tags)), line, counts[name]) for name, line in lines.items()]
    return sorted(file_tags, key=lambda tag: (not tag.piece.needs_attention, not tag.piece.unresolved))


def summary(piece: TextPiece, *, as_phone: bool) -> str:
    """Return what a mark in the text says of its tag: its source, and the value or, in its place, the name."""
    if piece.unresolved or piece.tag is None:
        return piece.unresolved
    value = piece.raw if as_phone else HIDDEN if piece.tag.is_secret else piece.rendered or "empty"
    return f"{piece.tag.source}: {value}"
