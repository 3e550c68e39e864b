"""What there is to say of a content before it is sent, and of two beside each other."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.portal.services.files.differences import Difference, Line, Piece, Row, counted, difference
from app.portal.services.files.marked import MOST_MARKS
from app.portal.services.files.text import NEW, ConfigText, read_text
from app.portal.services.tags.native import NOT_TOLD
from app.portal.services.tags.resolver import ProblemKind, Resolution, names_in


class ContentWarning(StrEnum):
    """Why a content may not be what was meant."""

    EMPTY = "empty"
    PICTURE = "picture"
    ARCHIVE = "archive"
    PROGRAM = "program"
    BINARY = "binary"


_SIGNS = (
    (ContentWarning.PICTURE, (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")),
    (
        ContentWarning.ARCHIVE,
        (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd"),
    ),
    (ContentWarning.PROGRAM, (b"MZ", b"\x7fELF", b"%PDF", b"\xd0\xcf\x11\xe0")),
)


@dataclass(frozen=True)
class Reviewed:
    """One content; `text` is None for what is no text."""

    content: bytes
    text: ConfigText | None

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def form(self) -> Sequence[str]:
        """How it is written: encoding, line ends, and an end without a newline."""
        if self.text is None:
            return ["not text"]
        parts = [self.text.encoding + (" with a byte order mark" if self.text.bom else "")]
        parts += [self.text.line_ends] if self.text.line_ends else []
        return parts if self.text.final_newline else [*parts, "no newline at the end"]


@dataclass(frozen=True)
class TagUse:
    """How many different tags of a text resolve, or are of lines with nobody on them; where the others stand first.

    `defined` are the names that the device knows, whether they resolve or not.
    """

    known: int = 0
    idle: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    defined: Container[str] = frozenset()

    def split(self, text: str) -> Sequence[str]:
        """The text in parts: every second one is a tag that nothing resolves.

        Asked of each piece of each row, so it must not depend on how many tags there are.
        """
        parts, at = [], 0
        for found in names_in(text, self.defined):
            if found.name in self.unknown:
                parts += [text[at : found.start], found.name]
                at = found.end
        return [*parts, text[at:]]


@dataclass(frozen=True)
class Marked:
    """A stretch of a line of the second text, in parts: every second one is a tag that nothing resolves."""

    parts: Sequence[str]
    changed: bool


@dataclass(frozen=True)
class Review:
    """Two contents; either is None where it is not known. `difference` is None unless both are texts.

    `tags` are those of the second; None where what they stand for is not known, or was not asked for. `marked` has
    the lines of the second that the difference shows, by number; `unmarked` more tags are too many for a page.
    """

    before: Reviewed | None
    after: Reviewed | None
    difference: Difference | None
    tags: TagUse | None
    marked: Mapping[int, Sequence[Marked]]
    unmarked: int

    @property
    def same(self) -> bool:
        return self.before is not None and self.after is not None and self.before.content == self.after.content


def review(before: bytes | None, after: bytes | None, tags: Resolution | None = None) -> Review:
    """`tags` are those that the device knows; without them none is looked for."""
    old, new = _reviewed(before), _reviewed(after)
    found = difference(old.text.lines, new.text.lines) if old and new and old.text and new.text else None
    use = tag_use(new.text if new and new.text else NEW, tags) if tags else None
    marks = _Marks(use)
    marked = {line.number: [marks.of(piece) for piece in line.pieces] for line in _right(found)}
    return Review(old, new, found, use, marked, marks.left_out)


def _right(found: Difference | None) -> Iterator[Line]:
    for row in found.rows if found else ():
        if isinstance(row, Row) and row.right:
            yield row.right


class _Marks:
    """Marks tags up to as many as a page can hold; the others are only counted."""

    def __init__(self, tags: TagUse | None) -> None:
        self._tags = tags
        self._room = MOST_MARKS
        self.left_out = 0

    def of(self, piece: Piece) -> Marked:
        parts = self._tags.split(piece.text) if self._tags else [piece.text]
        found = len(parts) // 2
        marked = min(found, self._room)
        self._room -= marked
        self.left_out += found - marked
        return Marked([*parts[: 2 * marked], "".join(parts[2 * marked :])], piece.changed)


def lines_changed(before: bytes | None, after: bytes | None) -> tuple[int, int] | None:
    """How many lines leave and how many come; None unless both are texts."""
    old, new = _reviewed(before), _reviewed(after)
    return counted(old.text.lines, new.text.lines) if old and new and old.text and new.text else None


def content_warning(content: bytes) -> ContentWarning | None:
    if not content:
        return ContentWarning.EMPTY
    if read_text(content) is not None:
        return None
    signs = (kind for kind, beginnings in _SIGNS if content.startswith(beginnings))
    return next(signs, ContentWarning.BINARY)


def tag_use(text: ConfigText, tags: Resolution) -> TagUse:
    first: dict[str, int] = {}
    for number, line in enumerate(text.lines, 1):
        for found in names_in(line, tags.by_name):
            first.setdefault(found.name, number)
    open_ones = {name: number for name, number in first.items() if not _resolves(name, tags)}
    idle = {name for name in open_ones if tags.natives.why_absent(name)}
    unknown = {name: number for name, number in open_ones.items() if name not in idle}
    return TagUse(len(first) - len(open_ones), len(idle), unknown, tags.by_name)


def _resolves(name: str, tags: Resolution) -> bool:
    """The platform's own do, and so does what depends on the region, though nobody here can tell to what."""
    tag = tags.get(name)
    if tag is None:
        return tags.natives.why_absent(name) == NOT_TOLD or (name.startswith("%BW") and not tags.natives.lines_read)
    return tag.value is not None or tag.is_native or tag.has(ProblemKind.REGION)


def _reviewed(content: bytes | None) -> Reviewed | None:
    return None if content is None else Reviewed(content, read_text(content))
