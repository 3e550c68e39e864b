"""Warnings about a content before it is sent, and the comparison of two."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.portal.services.files.diff import DiffPiece, DiffRow, FileDiff, compare_lines, count_changes
from app.portal.services.files.marked import MAX_MARKS
from app.portal.services.files.text import EMPTY_TEXT, ConfigText, read_text
from app.portal.services.tags.names import find_first_lines, find_tags
from app.portal.services.tags.native import LINES_UNREADABLE, PLATFORM_ONLY
from app.portal.services.tags.resolver import ProblemKind, Resolution


class ContentWarning(StrEnum):
    """A reason why a content may not be what was meant."""

    EMPTY = "empty"
    PICTURE = "picture"
    ARCHIVE = "archive"
    PROGRAM = "program"
    BINARY = "binary"


_SIGNATURES = (
    (ContentWarning.PICTURE, (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")),
    (
        ContentWarning.ARCHIVE,
        (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd"),
    ),
    (ContentWarning.PROGRAM, (b"MZ", b"\x7fELF", b"%PDF", b"\xd0\xcf\x11\xe0")),
)


@dataclass(frozen=True)
class FileContent:
    """`text` is None for what is no text."""

    content: bytes
    text: ConfigText | None

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def format(self) -> Sequence[str]:
        """Return encoding, line ends, and an end without a newline, in words."""
        if self.text is None:
            return ["not a text file"]
        parts = [self.text.encoding + (" with a byte order mark" if self.text.bom else "")]
        parts += [self.text.line_ends] if self.text.line_ends else []
        return parts if self.text.final_newline else [*parts, "no newline at the end"]


@dataclass(frozen=True)
class TagCheck:
    """Counts of different tags: known, or of lines without users. `unknown` has the first line of each other tag.

    `defined` are the names that the device knows, whether they resolve or not.
    """

    resolved: int = 0
    unassigned: int = 0
    unresolved: Mapping[str, int] = field(default_factory=dict)
    defined: Container[str] = frozenset()

    def split(self, text: str) -> Sequence[str]:
        """Cut the text into parts: every second one is a tag that nothing resolves.

        Asked of each piece of each row, so it must not depend on how many tags there are.
        """
        parts, position = [], 0
        for match in find_tags(text, self.defined):
            if match.name in self.unresolved:
                parts += [text[position : match.start], match.name]
                position = match.end
        return [*parts, text[position:]]


@dataclass(frozen=True)
class MarkedPiece:
    """A piece of a line of the second text, in parts: every second one is a tag that nothing resolves."""

    parts: Sequence[str]
    changed: bool


@dataclass(frozen=True)
class Review:
    """Two contents; either is None where it is not known. `diff` is None unless both are texts.

    `tags` are those of the second; None where what they stand for is not known, or was not asked for. `marked` has
    the lines of the second that the diff shows, by number; `unmarked` more tags are too many for a page.
    """

    before: FileContent | None
    after: FileContent | None
    diff: FileDiff | None
    tags: TagCheck | None
    marked: Mapping[int, Sequence[MarkedPiece]]
    unmarked: int

    @property
    def is_same(self) -> bool:
        return self.before is not None and self.after is not None and self.before.content == self.after.content


def review_contents(before: bytes | None, after: bytes | None, tags: Resolution | None = None) -> Review:
    """`tags` are those that the device knows; without them none is looked for."""
    old, new = _read_content(before), _read_content(after)
    diff = compare_lines(old.text.lines, new.text.lines) if old and new and old.text and new.text else None
    check = check_tags(new.text if new and new.text else EMPTY_TEXT, tags) if tags else None
    marker = _TagMarker(check)
    lines = [row.right for row in diff.rows if isinstance(row, DiffRow) and row.right] if diff else []
    marked = {line.number: [marker.mark(piece) for piece in line.pieces] for line in lines}
    return Review(old, new, diff, check, marked, marker.unmarked)


class _TagMarker:
    """Marks tags up to as many as a page can hold; the others are only counted."""

    def __init__(self, tags: TagCheck | None) -> None:
        self._tags = tags
        self._room = MAX_MARKS
        self.unmarked = 0

    def mark(self, piece: DiffPiece) -> MarkedPiece:
        parts = self._tags.split(piece.text) if self._tags else [piece.text]
        count = len(parts) // 2
        marked = min(count, self._room)
        self._room -= marked
        self.unmarked += count - marked
        return MarkedPiece([*parts[: 2 * marked], "".join(parts[2 * marked :])], piece.changed)


def count_changed_lines(before: bytes | None, after: bytes | None) -> tuple[int, int] | None:
    """Return how many lines were removed and added; None unless both are texts."""
    old, new = _read_content(before), _read_content(after)
    return count_changes(old.text.lines, new.text.lines) if old and new and old.text and new.text else None


def content_warning(content: bytes) -> ContentWarning | None:
    if not content:
        return ContentWarning.EMPTY
    if read_text(content) is not None:
        return None
    kinds = (kind for kind, beginnings in _SIGNATURES if content.startswith(beginnings))
    return next(kinds, ContentWarning.BINARY)


def check_tags(text: ConfigText, tags: Resolution) -> TagCheck:
    lines = find_first_lines(text.text, tags.by_name)
    unresolved = {name: line for name, line in lines.items() if not _resolves(name, tags)}
    unassigned = {name for name in unresolved if tags.natives.describe_missing(name)}
    resolved = len(lines) - len(unresolved)
    for name in unassigned:
        del unresolved[name]
    return TagCheck(resolved, len(unassigned), unresolved, tags.by_name)


def _resolves(name: str, tags: Resolution) -> bool:
    """Native tags do, and so do those that depend on the region, though nobody here can tell to what."""
    if tag := tags.by_name.get(name):
        return tag.value is not None or tag.is_native or tag.has_problem(ProblemKind.REGION)
    missing = tags.natives.describe_missing(name)
    return missing is not None and missing.reason in {PLATFORM_ONLY, LINES_UNREADABLE}


def _read_content(content: bytes | None) -> FileContent | None:
    return None if content is None else FileContent(content, read_text(content))
