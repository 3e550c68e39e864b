"""The tags that a configuration file uses, and what there is to say of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.native import HIDDEN
from app.portal.services.tags.resolver import ProblemKind, Resolution, names_in
from app.portal.services.tags.text import Piece, Why, pieces

_WRONG = {Why.UNKNOWN, Why.UNSETTLED}


@dataclass(frozen=True)
class TagInFile:
    """`line` is the first of the `count` times that it is used."""

    piece: Piece
    line: int
    count: int

    @property
    def name(self) -> str:
        return self.piece.source

    @property
    def value(self) -> str:
        """What stands in its place; "" where it is set to nothing, or stays as written."""
        return "" if self.piece.unresolved else self.piece.shown

    @property
    def is_secret(self) -> bool:
        return self.piece.tag is not None and self.piece.tag.is_secret

    @property
    def is_wrong(self) -> bool:
        return is_wrong(self.piece)

    @property
    def why_open(self) -> str:
        return why_open(self.piece)

    @property
    def comes_from(self) -> str:
        return self.piece.tag.comes_from if self.piece.tag else ""

    @property
    def problems(self) -> Sequence[str]:
        """What else is to be known of a tag that has a value."""
        found = self.piece.tag.problems if self.piece.tag and not self.piece.unresolved else ()
        return [problem.words for problem in found if problem.kind is not ProblemKind.EMPTY]


def tags_in(text: ConfigText, tags: Resolution) -> Sequence[TagInFile]:
    """Each tag once: what is wrong first, then what stays as written, then the rest; each in the order of the file."""
    whole = text.text
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    line, at = 1, 0
    for found in names_in(whole, tags.by_name):
        line += whole.count("\n", at, found.start)
        at = found.start
        lines.setdefault(found.name, line)
        counts[found.name] = counts.get(found.name, 0) + 1
    used = [TagInFile(next(pieces(name, tags)), first, counts[name]) for name, first in lines.items()]
    return sorted(used, key=lambda each: (not is_wrong(each.piece), each.piece.unresolved is None))


def is_wrong(piece: Piece) -> bool:
    """Whether somebody should look into it: nothing defines the tag, or no single value can be told."""
    return piece.unresolved is not None and piece.unresolved.why in _WRONG


def why_open(piece: Piece) -> str:
    """Why the tag stays as written; "" if it does not."""
    if piece.unresolved is None:
        return ""
    return (
        "Nothing defines it: it goes out as written" if piece.unresolved.why is Why.UNKNOWN else piece.unresolved.words
    )


def in_short(piece: Piece, *, as_phone: bool) -> str:
    """What a mark in the text says of its tag: where the value comes from, and the value or, in its place, the name."""
    if piece.unresolved or piece.tag is None:
        return why_open(piece)
    value = piece.source if as_phone else HIDDEN if piece.tag.is_secret else piece.shown or "set to nothing"
    return f"{piece.tag.comes_from}: {value}"
