"""The columns, filters and search text of a device's tags."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.portal.listing import Column, Filter, Marks, Table, folded
from app.portal.services import tag_levels
from app.portal.services.native_tags import HIDDEN, NOT_TOLD
from app.portal.services.tag_levels import NATIVE, Level
from app.portal.services.tag_resolver import ProblemKind, Resolution, ResolvedTag

OVERRIDDEN, WITHOUT_VALUE, MALFORMED = "overridden", "empty", "malformed"

_ORDER = {level: at for at, level in enumerate((*Level, NATIVE))}
_MARKS = {OVERRIDDEN: "Overridden", WITHOUT_VALUE: "Without value", MALFORMED: "Malformed"}
_UNSETTLED = (ProblemKind.CIRCLE, ProblemKind.TOO_DEEP, ProblemKind.TOO_LARGE)


class TagTable(Table[ResolvedTag]):
    """All tags of a device or, with a `tag_set`, those that the platform lists for that set."""

    def __init__(self, resolution: Resolution, rows: Sequence[ResolvedTag], tag_set: str = "") -> None:
        of_set = Filter[ResolvedTag]("set", "tag set", lambda _: tag_set)
        super().__init__(rows, _COLUMNS, (*_FILTERS, of_set), _text)
        self.resolution = resolution

    @property
    def sets(self) -> Sequence[str]:
        """The tag sets that the platform can be asked for."""
        rungs = (rung for tag in self.resolution.tags for rung in tag.ladder if rung.level == Level.SYSTEM_TYPE)
        return sorted({one.tag_set for rung in rungs for one in rung.settings} - {""})


def needles(text: str) -> Sequence[str]:
    return [text.casefold()] if text else []


def without_value(tag: ResolvedTag) -> bool:
    """Whether there is nothing to put in its place; what only the platform knows is not nothing."""
    missing = tag.is_native and tag.value is None and tag.why not in {NOT_TOLD, HIDDEN}
    return missing or tag.value == "" or tag.has(*_UNSETTLED)


def _marks(tag: ResolvedTag) -> Sequence[str]:
    return list(_marks_of(tag))


def _marks_of(tag: ResolvedTag) -> Iterator[str]:
    if tag.is_overridden:
        yield OVERRIDDEN
    if without_value(tag):
        yield WITHOUT_VALUE
    if tag.is_malformed:
        yield MALFORMED


def _text(tag: ResolvedTag) -> str:
    """Values that are overridden are found too."""
    settings = (one for rung in tag.ladder for one in rung.settings)
    values = (text for one in settings for text in (one.value or "", one.tag_set, one.region))
    return "\n".join((tag.name, tag.value or "", tag.comes_from, *values))


def _level(tag: ResolvedTag) -> tuple[Any, ...]:
    return _ORDER.get(tag.level, -1), len(tag.comes_from), folded(tag.comes_from)


_COLUMNS: Sequence[Column[ResolvedTag]] = (
    Column("name", "Name", lambda tag: folded(tag.name)),
    Column("value", "Effective value", lambda tag: folded(tag.value or "")),
    Column("level", "Comes from", _level),
    Column("set", "Tag set", lambda tag: folded(tag.tag_set)),
    Column("region", "Region", lambda tag: folded(tag.region)),
)

_FILTERS: Sequence[Filter[ResolvedTag] | Marks[ResolvedTag]] = (
    Marks("show", "kind", _marks, tuple(_MARKS), lambda value: _MARKS.get(value, value)),
    Filter("level", "level", lambda tag: tag.level, (*Level, NATIVE), tag_levels.in_words),
)
