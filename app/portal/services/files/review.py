"""The comparison of two contents, and what is doubtful in the second before it is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.portal.services.files.diff import DiffPiece, DiffRow, FileDiff, compare_lines, count_changes
from app.portal.services.files.invisible import InvisibleCharacter, code_of, find_invisible, split_invisible
from app.portal.services.files.marked import MAX_MARKS
from app.portal.services.files.rendered import render_lines
from app.portal.services.files.text import EMPTY_TEXT, ConfigText, has_too_many_lines, read_text
from app.portal.services.tags.names import TagNames, find_first_lines, is_unclosed, scan_tags
from app.portal.services.tags.native import HIDDEN, LINES_UNREADABLE, PLATFORM_ONLY
from app.portal.services.tags.resolver import ProblemKind, Resolution


class ContentWarning(StrEnum):
    """A reason why a content may not be what was meant."""

    EMPTY = "empty"
    LINES = "lines"  # too many of them to show
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
    def has_too_many_lines(self) -> bool:
        return has_too_many_lines(self.content)

    @property
    def format(self) -> Sequence[str]:
        """Return encoding, line ends, and an end without a newline, in words."""
        if self.text is None:
            return ["too many lines" if self.has_too_many_lines else "not a text file"]
        parts = [self.text.encoding + (" with a byte order mark" if self.text.bom else "")]
        parts += [self.text.counted_line_ends] if self.text.line_ends else []
        return parts if self.text.final_newline else [*parts, "no newline at the end"]


@dataclass(frozen=True)
class UnresolvedTag:
    """A tag that nothing resolves, or that is not closed, and the first line that has it.

    `is_new`: the text before had none of this name.
    """

    name: str
    line: int
    is_closed: bool = True
    is_new: bool = True


@dataclass(frozen=True)
class TagCheck:
    """Counts of different tags: known, or of lines without users. `unresolved` are the others, by name."""

    resolved: int = 0
    unassigned: int = 0
    unresolved: Mapping[str, UnresolvedTag] = field(default_factory=dict)
    names: TagNames = field(default_factory=TagNames)

    @property
    def new(self) -> Sequence[UnresolvedTag]:
        return [tag for tag in self.unresolved.values() if tag.is_new]

    @property
    def former(self) -> Sequence[UnresolvedTag]:
        return [tag for tag in self.unresolved.values() if not tag.is_new]

    def split(self, text: str) -> Sequence[str]:
        """Cut the text into parts: every second one is a tag that nothing resolves.

        Asked of each piece of each row, so it must not depend on how many tags there are.
        """
        parts, position = [], 0
        for match in scan_tags(text, self.names):
            if match.name in self.unresolved:
                parts += [text[position : match.start], match.name]
                position = match.end
        return [*parts, text[position:]]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A part of a line; an invisible character has a `code`, such as U+200B."""

    text: str
    is_unresolved: bool = False
    code: str = ""


@dataclass(frozen=True)
class MarkedPiece:
    """A piece of a line, in parts."""

    parts: Sequence[MarkedText]
    changed: bool


Marked = Mapping[int, Sequence[MarkedPiece]]  # the lines that a diff shows, by number


@dataclass(frozen=True)
class Review:
    """Two contents; either is None where it is not known. `diff` is None unless both are texts.

    `tags` are those of the second; None where what they stand for is not known, or was not asked for. `unmarked` more
    tags are too many for a page. `invisible` characters are those of the second.
    """

    before: FileContent | None
    after: FileContent | None
    diff: FileDiff | None
    tags: TagCheck | None
    marked_before: Marked
    marked: Marked
    unmarked: int
    invisible: Sequence[InvisibleCharacter]

    @property
    def is_same(self) -> bool:
        return self.before is not None and self.after is not None and self.before.content == self.after.content


def review_contents(
    before: bytes | None, after: bytes | None, tags: Resolution | None = None, *, as_phone: bool = False
) -> Review:
    """`tags` are those that the device knows; without them none is looked for.

    With `as_phone`, the texts are compared as the phone gets them.
    """
    old, new = _read_content(before), _read_content(after)
    old_text, new_text = old.text if old else None, new.text if new else None
    values = tags if as_phone else None
    diff = compare_lines(_lines(old_text, values), _lines(new_text, values)) if old_text and new_text else None
    check = check_tags(new_text or EMPTY_TEXT, tags, old_text) if tags else None
    marker = _Marker(check)
    rows = [row for row in diff.rows if isinstance(row, DiffRow)] if diff else []
    marked_before = {row.left.number: marker.mark_invisible(row.left.pieces) for row in rows if row.left}
    marked = {row.right.number: marker.mark(row.right.pieces) for row in rows if row.right}
    invisible = find_invisible(new_text, old_text) if new_text else ()
    return Review(old, new, diff, check, marked_before, marked, marker.unmarked, invisible)


class _Marker:
    """Marks tags and invisible characters up to as many as a page can hold; other tags are only counted."""

    def __init__(self, tags: TagCheck | None) -> None:
        self._tags = tags
        self._room = MAX_MARKS
        self.unmarked = 0

    def mark(self, pieces: Sequence[DiffPiece]) -> Sequence[MarkedPiece]:
        return [MarkedPiece(list(self._split(piece.text)), piece.changed) for piece in pieces]

    def mark_invisible(self, pieces: Sequence[DiffPiece]) -> Sequence[MarkedPiece]:
        return [MarkedPiece(list(self._split_plain(piece.text)), piece.changed) for piece in pieces]

    def _split(self, text: str) -> Iterator[MarkedText]:
        parts = self._tags.split(text) if self._tags else [text]
        for number, part in enumerate(parts):
            if number % 2 == 0:
                yield from self._split_plain(part)
            elif self._room:
                self._room -= 1
                yield MarkedText(part, is_unresolved=True)
            else:
                self.unmarked += 1
                yield MarkedText(part)

    def _split_plain(self, text: str) -> Iterator[MarkedText]:
        for number, part in enumerate(split_invisible(text, self._room)):
            if number % 2:
                self._room -= 1
                yield MarkedText(part, code=code_of(part))
            elif part:
                yield MarkedText(part)


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
    return next(kinds, ContentWarning.LINES if has_too_many_lines(content) else ContentWarning.BINARY)


def check_tags(text: ConfigText, tags: Resolution, before: ConfigText | None = None) -> TagCheck:
    names = tags.names
    lines = find_first_lines(text.text, names)
    unresolved = {name: line for name, line in lines.items() if not _resolves(name, tags)}
    unassigned = {name for name in unresolved if tags.natives.describe_missing(name)}
    former = find_first_lines(before.text, names).keys() if before and unresolved else frozenset()
    doubtful = {
        name: UnresolvedTag(name, line, not is_unclosed(name, names), name not in former)
        for name, line in unresolved.items()
        if name not in unassigned
    }
    return TagCheck(len(lines) - len(unresolved), len(unassigned), doubtful, names)


def _lines(text: ConfigText, values: Resolution | None) -> Sequence[str]:
    return render_lines(text, values) if values else text.lines


def _resolves(name: str, tags: Resolution) -> bool:
    """Native tags do, and so do those that depend on the region, though nobody here can tell to what."""
    if tag := tags.by_name.get(name):
        return tag.value is not None or tag.is_native or tag.has_problem(ProblemKind.REGION)
    missing = tags.natives.describe_missing(name)
    return missing is not None and missing.reason in {PLATFORM_ONLY, LINES_UNREADABLE, HIDDEN}


def _read_content(content: bytes | None) -> FileContent | None:
    return None if content is None else FileContent(content, read_text(content))
