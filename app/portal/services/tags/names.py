"""Tags in a text: `%`, a name, `%`. Case counts."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

from app.portal.services.tags.builtin import is_built_in

_MAX_LENGTH = 100  # characters of a name that nothing defines; longer ones are text between two signs
# What can be meant as a name: no escaped byte such as %C3%, no conversion of printf or strftime such as %ld% or %Y-%.
_PLAUSIBLE = re.compile(
    rf"%(?![0-9A-Fa-f]{{2}}%)(?!(?:hh?|ll?|[jztqL])[diouxXeEfFgGaAcsp]%)[^\W\d][\w.-]{{0,{_MAX_LENGTH - 4}}}[^\W_]%"
)
# A byte of a longer character of UTF-8, escaped as in a URL.
_ESCAPE = re.compile(r"%[C-Fc-f][0-9A-Fa-f](?=%[89ABab][0-9A-Fa-f])|(?<=%[89A-Fa-f][0-9A-Fa-f])%[89ABab][0-9A-Fa-f]")
_WORD = re.compile(rf"[^\W\d][\w.-]{{1,{_MAX_LENGTH}}}")


@dataclass(frozen=True)
class TagNames:
    """Names that a text may use: `defined` for the device, `values` that only look like tags to phones of its type."""

    defined: Container[str] = frozenset()
    values: Container[str] = frozenset()

    def is_known(self, name: str) -> bool:
        return len(name) > 2 and (name in self.defined or is_built_in(name))

    def is_taken(self, name: str) -> bool:
        """Return True if the two signs belong to each other, whatever is beside them."""
        return self.is_known(name) or name in self.values


@dataclass(frozen=True)
class TagMatch:
    """A tag in a text: `text[start:end]` is its name, with both signs, on `line`, counted from 1.

    Unless `is_closed` the name is known, but its second sign is missing.
    """

    name: str
    start: int
    end: int
    line: int
    is_closed: bool = True


def scan_tags(text: str, names: TagNames) -> Iterator[TagMatch]:
    """Yield each tag of a text, in its order, and known names after a single sign.

    A known name counts whatever it is made of; of other text between two signs, only what can be meant as a name.
    Where two share a sign, as in `a%20b%PORT%`, the known one is meant.
    """
    line, counted = 1, 0
    start = text.find("%")
    while start >= 0:
        end = text.find("%", start + 1)
        match, following = _match_at(text, start, end, names)
        if match:
            line += text.count("\n", counted, start)
            counted = start
            yield replace(match, line=line)
        start = following


def find_tags(text: str, names: TagNames) -> Iterator[TagMatch]:
    """Yield the tags that have both signs."""
    return (match for match in scan_tags(text, names) if match.is_closed)


def find_first_lines(text: str, names: TagNames) -> Mapping[str, int]:
    """Return each name that a text uses with the first line that does, in the order of the text.

    Names that are not closed are among them, as they are written.
    """
    lines: dict[str, int] = {}
    for match in scan_tags(text, names):
        lines.setdefault(match.name, match.line)
    return lines


def malformed_reason(name: str) -> str | None:
    """Return why no text can hold this name as a tag; None if one can."""
    inner = name.removeprefix("%").removesuffix("%")
    if not name:
        return "Invalid name: empty"
    if not inner:
        return "Invalid name: nothing between the % signs"
    if not name.startswith("%"):
        return "Invalid name: no opening %"
    if not name.endswith("%"):
        return "Invalid name: no closing %"
    if "%" in inner:
        return "Invalid name: % inside the name"
    return None


def is_unclosed(name: str, names: TagNames) -> bool:
    """Return True for a name as `find_first_lines` has it of a tag without its second sign."""
    return not name.endswith("%") and names.is_known(f"{name}%")


def _match_at(text: str, start: int, end: int, names: TagNames) -> tuple[TagMatch | None, int]:
    """Return the tag that the sign at `start` opens, `end` being the next one, and the sign to go on from."""
    if end < 0:
        return _unclosed_at(text, start, names), -1
    name, following = text[start : end + 1], text.find("%", end + 1)
    if names.is_known(name):
        return TagMatch(name, start, end + 1, 0), following
    if name in names.values:
        return None, following
    if _PLAUSIBLE.match(name) and not (
        _ESCAPE.match(text, start) or _ESCAPE.match(text, end) or names.is_taken(text[end : following + 1])
    ):
        return TagMatch(name, start, end + 1, 0), following
    return _unclosed_at(text, start, names), end


def _unclosed_at(text: str, start: int, names: TagNames) -> TagMatch | None:
    """Return the longest known name after a single sign; it ends where a word does, or before a dot or hyphen."""
    word = _WORD.match(text, start + 1)
    name = word[0] if word else ""
    while name:
        tag = f"%{name}%"
        if names.is_known(tag) and _PLAUSIBLE.fullmatch(tag):
            return TagMatch(tag[:-1], start, start + len(tag) - 1, 0, is_closed=False)
        name = name[: max(name.rfind("."), name.rfind("-"), 0)]
    return None
