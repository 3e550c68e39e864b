"""The tags that a device's configuration files use, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.portal.services.files.text import ConfigText
from app.portal.services.tags.names import TagNames, find_tags


@dataclass(frozen=True)
class TagUse:
    """A file that uses a tag, and the first line on which it does."""

    file_format: str
    line: int


@dataclass(frozen=True)
class TagUses:
    """By name, in the order in which the files are listed.

    `unread` are files that cannot be looked through; of `as_sent`, what the portal sent last was.
    """

    by_name: Mapping[str, Sequence[TagUse]] = field(default_factory=dict)
    unread: Sequence[str] = ()
    as_sent: Sequence[str] = ()


def find_tag_uses(texts: Mapping[str, ConfigText | None], names: TagNames, as_sent: Sequence[str] = ()) -> TagUses:
    """Look through the texts by file format; None is one that cannot be read."""
    by_name: dict[str, list[TagUse]] = {}
    for file_format, text in texts.items():
        lines: dict[str, int] = {}
        for match in find_tags(text.text, names) if text else ():
            lines.setdefault(match.name, match.line)
        for name, line in lines.items():
            by_name.setdefault(name, []).append(TagUse(file_format, line))
    return TagUses(by_name, [file_format for file_format, text in texts.items() if text is None], as_sent)
