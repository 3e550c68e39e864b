"""Characters that a page draws as nothing, or that change the direction of what follows."""

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.portal.services.files.text import ConfigText

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# All controls but the tab, blanks but the space, formats, and letters that are drawn as nothing.
_INVISIBLE = re.compile(
    "([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff])"
)
_NAMES: Mapping[str, str] = {
    "\0": "null",
    "\x0b": "vertical tab",
    "\x0c": "form feed",
    "\x1b": "escape",
    "\x7f": "delete",
}


@dataclass(frozen=True)
class InvisibleCharacter:
    """A character that a text has `count` times, first on `line`.

    `is_new`: more often than in the text before; `line` is then the first that was not there.
    """

    character: str
    count: int
    line: int
    is_new: bool

    @property
    def code(self) -> str:
        return code_of(self.character)

    @property
    def name(self) -> str:
        return name_of(self.character)

    @property
    def changes_direction(self) -> bool:
        return self.character in _DIRECTIONS


def code_of(character: str) -> str:
    """Return "U+200B"."""
    return f"U+{ord(character):04X}"


def name_of(character: str) -> str:
    return _NAMES.get(character) or unicodedata.name(character, "control character").lower()


def split_invisible(text: str, most: int = sys.maxsize) -> Sequence[str]:
    """Cut the text into parts; every second one is an invisible character. At most so many are cut out."""
    is_plain = most <= 0 or (text.isascii() and text.isprintable())
    return [text] if is_plain else _INVISIBLE.split(text, maxsplit=most)


def find_invisible(text: ConfigText, before: ConfigText | None = None) -> Sequence[InvisibleCharacter]:
    """Return each once: first those that are new, then in the order of the text."""
    former = _count_by_line(before) if before else {}
    former_lines = frozenset(before.lines) if before else frozenset()
    characters = []
    for character, lines in _count_by_line(text).items():
        count = sum(lines.values())
        is_new = count > sum(former.get(character, {}).values())
        changed = (line for line in lines if text.lines[line - 1] not in former_lines) if is_new else iter(lines)
        characters.append(InvisibleCharacter(character, count, next(changed, min(lines)), is_new))
    return sorted(characters, key=lambda character: not character.is_new)


def _count_by_line(text: ConfigText) -> dict[str, dict[int, int]]:
    """Return how often each character is in which line, counted from 1, in the order of the text."""
    counts: dict[str, dict[int, int]] = {}
    for number, character in _invisible_characters(text):
        lines = counts.setdefault(character, {})
        lines[number] = lines.get(number, 0) + 1
    return counts


def _invisible_characters(text: ConfigText) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.lines, 1):
        for character in split_invisible(line)[1::2]:
            yield number, character
