"""The columns, filters and search text of a device's tags."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

from app.portal.lists.table import Column, Filter, MultiValueFilter, Table, name_key, text_key
from app.portal.services.tags import levels
from app.portal.services.tags.expansion import ExpansionFailure
from app.portal.services.tags.levels import NATIVE, UNDEFINED, LevelName
from app.portal.services.tags.native import HIDDEN, LINES_UNREADABLE, PLATFORM_ONLY
from app.portal.services.tags.resolver import Resolution, ResolvedTag
from app.portal.services.tags.uses import TagUse, TagUses

_ORDER = {level: position for position, level in enumerate((*LevelName, NATIVE, UNDEFINED))}
_MARKS = {
    "files": "Used in files",
    "overridden": "Overridden",
    "empty": "Empty",
    "malformed": "Invalid name",
}
_REASONS_OF_TAGS_WITH_VALUE = {"", HIDDEN, LINES_UNREADABLE, PLATFORM_ONLY}


class TagTable(Table[ResolvedTag]):
    """Tags of a device, those included that nothing defines but its files use.

    `uses` is None where its files could not be read. With a `tag_set`, only `listed` names are in it.
    """

    def __init__(
        self,
        resolution: Resolution,
        uses: TagUses | None,
        as_of: datetime,
        tag_set: str = "",
        listed: Collection[str] = (),
    ) -> None:
        self.resolution = resolution
        self.uses = uses
        self.as_of = as_of
        known = resolution.by_name
        undefined_tags = [resolution.placeholder(name) for name in (uses.by_name if uses else ()) if name not in known]
        rows = (tag for tag in (*resolution.tags, *undefined_tags) if not tag_set or tag.name in listed)
        marks = tuple(mark for mark in _MARKS if uses or mark != "files")
        show = MultiValueFilter("show", "state", self._marks, marks, lambda value: _MARKS.get(value, value))
        of_set = Filter[ResolvedTag]("set", "tag set", lambda tags: repeat(tag_set, len(tags)))
        used_in = [Column("files", "Used in", self._files)] if uses else []
        super().__init__(rows, (*_COLUMNS, *used_in), (show, _LEVEL, of_set), _search_text)

    def of_set(self, tag_set: str, listed: Collection[str]) -> "TagTable":
        return TagTable(self.resolution, self.uses, self.as_of, tag_set, listed)

    def uses_of(self, tag: ResolvedTag) -> Sequence[TagUse]:
        return self.uses.by_name.get(tag.name, ()) if self.uses else ()

    @property
    def sets(self) -> Sequence[str]:
        """Return the tag sets that the platform can be asked for."""
        levels_of_type = (
            level for tag in self.resolution.tags for level in tag.levels if level.name == LevelName.SYSTEM_TYPE
        )
        return sorted({setting.tag_set for level in levels_of_type for setting in level.settings} - {""})

    def _marks(self, tag: ResolvedTag) -> Collection[str]:
        has_mark = {
            "files": bool(self.uses_of(tag)),
            "overridden": tag.is_overridden,
            "empty": has_no_value(tag),
            "malformed": tag.is_malformed,
        }
        return [mark for mark, is_set in has_mark.items() if is_set]

    def _files(self, tag: ResolvedTag) -> str:
        return text_key("\n".join(use.file_format for use in self.uses_of(tag)))


def has_no_value(tag: ResolvedTag) -> bool:
    """True where there is nothing to put in its place; a value that only the platform knows is one."""
    return tag.value == "" or tag.reason not in _REASONS_OF_TAGS_WITH_VALUE or tag.has_problem(*ExpansionFailure)


def _search_text(tag: ResolvedTag) -> str:
    """Join what the search looks through: values that are overridden too."""
    settings = chain.from_iterable(level.settings for level in tag.levels)
    of_settings = ((setting.value or "", setting.tag_set, setting.region) for setting in settings)
    return "\n".join((tag.name, tag.value or "", tag.source, *chain.from_iterable(of_settings)))


def _level_key(tag: ResolvedTag) -> tuple[Any, ...]:
    return _ORDER.get(tag.level, -1), len(tag.source), tag.source.casefold()


_COLUMNS: Sequence[Column[ResolvedTag]] = (
    Column("name", "Name", lambda tag: name_key(tag.name)),
    Column("value", "Value", lambda tag: text_key(tag.value or "")),
    Column("level", "Source level", _level_key),
    Column("set", "Tag set", lambda tag: text_key(tag.tag_set)),
    Column("region", "Region", lambda tag: text_key(tag.region)),
)

_LEVEL = Filter[ResolvedTag]("level", "level", partial(map, attrgetter("level")), (*LevelName, NATIVE), levels.label_of)
