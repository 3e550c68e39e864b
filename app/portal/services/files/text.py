"""The text of a configuration file: decoded, edited and encoded without changing any other byte."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.portal.services.files.matching import EqualLines, match_lines
from app.portal.services.files.pairing import LinePairing

MOST_LINES = 100_000  # of a text; each takes a hundred times the memory of a short line's bytes
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_END_NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_FOR_PAGES = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_WITH_BOM = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 BE"),
)


class UnwritableError(Exception):
    """A text has a character that the encoding of its file lacks; `character` is the first of them."""

    def __init__(self, character: str, encoding: str) -> None:
        super().__init__(f"“{character}” cannot be written in {encoding}, the encoding of this file.")
        self.character = character


@dataclass(frozen=True)
class ConfigText:
    """A file as lines, each with the line end it has; only the last one may have none."""

    lines: Sequence[str]
    ends: Sequence[str]
    codec: str
    encoding: str  # in words
    bom: bytes = b""

    @property
    def text(self) -> str:
        """Return the text with LF for every line end, as a browser's textarea holds it."""
        return "".join(f"{line}\n" if end else line for line, end in zip(self.lines, self.ends, strict=True))

    @property
    def whole(self) -> str:
        """Return the text with the line ends that it has."""
        return "".join(part for pair in zip(self.lines, self.ends, strict=True) for part in pair)

    @property
    def line_ends(self) -> str:
        """Return LF, CRLF, CR, several of them joined by "and", or nothing for at most one line."""
        return " and ".join(name for end, name in _END_NAMES.items() if end in self.ends)

    @property
    def usual_line_end(self) -> str:
        """Return the line end that most lines have."""
        most_used = Counter(end for end in self.ends if end).most_common(1)
        return most_used[0][0] if most_used else "\n"

    @property
    def counted_line_ends(self) -> str:
        """Return `line_ends`, with how many there are of each where they are mixed."""
        counts = Counter(self.ends)
        names = [(counts[end], name) for end, name in _END_NAMES.items() if counts[end]]
        if len(names) < 2:
            return self.line_ends
        return " and ".join(f"{count:,} {name}" for count, name in names)

    @property
    def final_newline(self) -> bool:
        return not self.ends or bool(self.ends[-1])

    @property
    def can_be_edited(self) -> bool:
        """True where a page can hold all of its characters; what it shows instead must not go back into the file."""
        return not any(_NOT_FOR_PAGES.search(line) for line in self.lines)

    def to_bytes(self) -> bytes:
        """Raises UnwritableError."""
        whole = self.whole
        try:
            return self.bom + whole.encode(self.codec)
        except UnicodeEncodeError as error:
            raise UnwritableError(whole[error.start], self.encoding) from None

    def with_whole(self, whole: str) -> "ConfigText":
        """Return the file with this text, line ends included: same encoding and byte order mark."""
        lines, ends = _split_lines(whole)
        return replace(self, lines=lines, ends=ends)

    def edit(self, typed: str) -> "ConfigText":
        """Return the file with this text: same encoding and byte order mark, and line ends.

        Each line that stays or was edited keeps its own, a new one has the most used. `typed` may have any line ends,
        for a browser sends its own.
        """
        lines, ends = _split_lines(typed)
        usual = self.usual_line_end
        new_ends = [usual] * len(lines)
        if len(set(self.ends) - {""}) > 1:
            for old, new in _pair_lines(self.lines, lines):
                new_ends[new] = self.ends[old] or usual
        if lines and not ends[-1]:
            new_ends[-1] = ""
        return replace(self, lines=lines, ends=_separate_line_ends(lines, new_ends))


EMPTY_TEXT = ConfigText((), (), "utf-8", "UTF-8")


def read_text(content: bytes) -> ConfigText | None:
    """Return the text of a file; None for what is no text, or none that can be told, or has too many lines.

    UTF-8, and UTF-16 with its mark. What is neither may be an old Windows or Latin-1 file, but nothing in it says
    so: it is taken for one only if no other control character than those of plain text is in it.
    """
    for bom, codec, encoding in _WITH_BOM:
        if content.startswith(bom):
            return _decode(content.removeprefix(bom), codec, encoding, bom)
    text = _decode(content, "utf-8", "UTF-8")
    if text is not None or has_too_many_lines(content) or _CONTROL.search(content.decode("latin-1")):
        return text
    if re.search(rb"[\x80-\x9f]", content):
        return _decode(content, "cp1252", "Windows-1252")
    return _decode(content, "latin-1", "Latin-1")


def has_too_many_lines(content: bytes) -> bool:
    """Count the line ends of any encoding that a file may have; of CRLF, only one of both."""
    return max(content.count(b"\n"), content.count(b"\r")) > MOST_LINES


def _decode(content: bytes, codec: str, encoding: str, bom: bytes = b"") -> ConfigText | None:
    try:
        whole = content.decode(codec)
    except UnicodeDecodeError:
        return None
    if "\0" in whole or has_too_many_lines(content):
        return None
    return ConfigText(*_split_lines(whole), codec, encoding, bom)


def _split_lines(text: str) -> tuple[list[str], list[str]]:
    """Return the lines and their ends.

    Not by str.splitlines(): a form feed or U+2028 ends no line of a file, nor of a textarea.
    """
    *parts, last = _LINE_END.split(text)
    lines, ends = parts[::2], parts[1::2]
    return ([*lines, last], [*ends, ""]) if last else (lines, ends)


def _pair_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of each line that stays, or is edited, in both texts."""
    pairing, a, b = LinePairing(), 0, 0
    for block in [*match_lines(old, new).blocks, EqualLines(len(old), len(new), 0)]:
        for before, after in pairing.pair(old[a : block.a], new[b : block.b]):
            if before is not None and after is not None:
                yield a + before, b + after
        yield from ((block.a + n, block.b + n) for n in range(block.size))
        a, b = block.a + block.size, block.b + block.size


def _separate_line_ends(lines: Sequence[str], ends: list[str]) -> list[str]:
    """Make a CR of an LF that would be read as one line end with the CR before it; its line is empty."""
    for index in range(1, len(lines)):
        if (ends[index - 1], lines[index], ends[index]) == ("\r", "", "\n"):
            ends[index] = "\r"
    return ends
