"""Which tags a device's configuration files use, and where."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.names import names_in


@dataclass(frozen=True)
class Use:
    """A file that uses a tag, and the first line on which it does."""

    file_format: str
    line: int


@dataclass(frozen=True)
class TagUses:
    """By name, in the order in which the files are listed.

    `unread` are files that cannot be looked through; of `as_sent`, what the portal sent last was.
    """

    by_name: Mapping[str, Sequence[Use]] = field(default_factory=dict)
    unread: Sequence[str] = ()
    as_sent: Sequence[str] = ()


def tag_uses(texts: Mapping[str, ConfigText | None], known: Container[str], as_sent: Sequence[str] = ()) -> TagUses:
    by_name: dict[str, list[Use]] = {}
    for file_format, text in texts.items():
        for name, line in _first_lines(text.text, known).items() if text else ():
            by_name.setdefault(name, []).append(Use(file_format, line))
    return TagUses(by_name, [file_format for file_format, text in texts.items() if text is None], as_sent)


def _first_lines(text: str, known: Container[str]) -> Mapping[str, int]:
    lines: dict[str, int] = {}
    line, at = 1, 0
    for found in names_in(text, known):
        line += text.count("\n", at, found.start)
        at = found.start
        lines.setdefault(found.name, line)
    return lines
