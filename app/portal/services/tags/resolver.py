"""The values of tags on one device, from their definitions and the platform's native tags.

Pure. Values are only ever looked at and joined: nothing in them is run, formatted or taken for a pattern. Where a
definition has the name of a native tag, the native one counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from app.portal.models.tag import Tag
from app.portal.services.tags import levels
from app.portal.services.tags.builtin import is_secret
from app.portal.services.tags.expansion import Expansion, ExpansionFailure, expand_values
from app.portal.services.tags.levels import NATIVE, UNDEFINED, LevelName
from app.portal.services.tags.names import TagNames, is_unclosed, malformed_reason
from app.portal.services.tags.native import NativeTag, NativeTags

DOTS = "••••••••"  # in place of a secret
NOT_CLOSED = "No closing %"


class ProblemKind(Enum):
    MALFORMED = auto()
    EMPTY = auto()
    REGION = auto()
    UNRESOLVED = auto()
    UNKNOWN_LEVEL = auto()
    RESERVED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class TagProblem:
    kind: ProblemKind | ExpansionFailure
    message: str


@dataclass(frozen=True, slots=True)
class TagSetting:
    """One definition as it stands at its level. `value` is None where it is secret or could not be read."""

    region: str
    tag_set: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TagLevel:
    """One level with what is set there, if anything. `decides`: the value comes from here."""

    name: str
    settings: tuple[TagSetting, ...]
    decides: bool

    @property
    def label(self) -> str:
        return levels.label_of(self.name)

    @property
    def is_overridden(self) -> bool:
        return bool(self.settings) and not self.decides


@dataclass(frozen=True, slots=True)
class ResolvedTag:
    """A tag of one device. `value` is None where none can be told, for what `problems` or `reason` say.

    `source` is the level or line in words, `level` the API's name for it, NATIVE or UNDEFINED. `levels` go from the
    most general to the device; a native tag that nothing is set for has none.
    """

    name: str
    value: str | None
    source: str
    level: str
    tag_set: str = ""
    region: str = ""
    levels: tuple[TagLevel, ...] = ()
    problems: tuple[TagProblem, ...] = ()
    reason: str = ""

    @property
    def is_secret(self) -> bool:
        return is_secret(self.name)

    @property
    def is_native(self) -> bool:
        return self.level == NATIVE

    @property
    def is_undefined(self) -> bool:
        return self.level == UNDEFINED

    @property
    def is_malformed(self) -> bool:
        return self.has_problem(ProblemKind.MALFORMED)

    @property
    def is_overridden(self) -> bool:
        """True where a value that is set for it does not count."""
        return any(level.is_overridden for level in self.levels)

    @property
    def settings(self) -> tuple[TagSetting, ...]:
        """Return what is set at the level that decides."""
        return next((level.settings for level in self.levels if level.decides), ())

    def has_problem(self, *kinds: ProblemKind | ExpansionFailure) -> bool:
        return any(problem.kind in kinds for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Every tag that is defined or native, by name without case, then by code point."""

    tags: tuple[ResolvedTag, ...]
    natives: NativeTags = field(default_factory=NativeTags)
    by_name: Mapping[str, ResolvedTag] = field(default_factory=dict)

    @property
    def names(self) -> TagNames:
        return TagNames(self.by_name, self.natives.values)

    def placeholder(self, name: str) -> ResolvedTag:
        """Return what there is to say of a name that is not among the tags."""
        if native := self.natives.describe_missing(name):
            return _resolve_native(native, ())
        reason = NOT_CLOSED if is_unclosed(name, self.names) else "Not defined at any level"
        return ResolvedTag(name, None, levels.label_of(UNDEFINED), UNDEFINED, reason=reason)


def resolve_tags(definitions: Iterable[Tag], natives: NativeTags) -> Resolution:
    """The order of the definitions changes nothing."""
    rows_by_name: dict[str, list[Tag]] = {}
    for row in definitions:
        rows_by_name.setdefault(row.name, []).append(row)
    native_names = {tag.name for tag in natives.tags}
    fixed = {tag.name: DOTS if is_secret(tag.name) else tag.value for tag in natives.tags}
    fixed |= {name: DOTS for name in rows_by_name if is_secret(name)}
    winning = {name: _winning_value(rows) for name, rows in rows_by_name.items() if name not in fixed}
    names = TagNames(rows_by_name.keys() | native_names, natives.values)
    expansions = expand_values(_without_none(winning), _without_none(fixed), names)
    tags = [_resolve_native(tag, rows_by_name.get(tag.name, ())) for tag in natives.tags]
    tags += [
        _resolve_defined(name, rows, expansions.get(name))
        for name, rows in rows_by_name.items()
        if name not in native_names
    ]
    tags.sort(key=lambda tag: (tag.name.casefold(), tag.name))
    return Resolution(tuple(tags), natives, {tag.name: tag for tag in tags})


def _without_none(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _winning_value(rows: Sequence[Tag]) -> str | None:
    """Return the one value that wins, as it is set; None where there is no telling."""
    winner, *others = _find_winners(rows)
    return None if others or "value" in winner.problems or malformed_reason(winner.name) else winner.value


def _find_winners(rows: Sequence[Tag]) -> Sequence[Tag]:
    highest = max(map(levels.rank_of, rows))
    return [row for row in rows if levels.rank_of(row) == highest]


def _resolve_native(tag: NativeTag, rows: Sequence[Tag]) -> ResolvedTag:
    reserved = TagProblem(ProblemKind.RESERVED, "Built-in tag name: the platform’s value is used instead")
    return ResolvedTag(
        name=tag.name,
        value=None if is_secret(tag.name) else tag.value,
        source=tag.source,
        level=NATIVE,
        levels=_levels(rows, ()) if rows else (),
        problems=(reserved, *_problems_of_rows(rows)) if rows else (),
        reason=tag.reason,
    )


def _resolve_defined(name: str, rows: Sequence[Tag], expansion: Expansion | None) -> ResolvedTag:
    winners = _find_winners(rows)
    deciding = sorted({row.level for row in winners})
    return ResolvedTag(
        name=name,
        value=expansion.text if expansion else None,
        source=", ".join(map(levels.label_of, deciding)),
        level=deciding[0],
        tag_set=", ".join(sorted({row.tag_set_name for row in winners} - {""})),
        region=", ".join(sorted({row.region_name for row in winners} - {""})),
        levels=_levels(rows, winners),
        problems=(*_problems(name, winners, expansion), *_problems_of_rows(rows)),
    )


def _levels(rows: Sequence[Tag], winners: Sequence[Tag]) -> tuple[TagLevel, ...]:
    by_level: dict[str, list[Tag]] = {level: [] for level in (*_unknown_levels(rows), *LevelName)}
    for row in rows:
        by_level[row.level].append(row)
    deciding = {row.level for row in winners}
    return tuple(TagLevel(level, _settings(set_here), level in deciding) for level, set_here in by_level.items())


def _settings(rows: Iterable[Tag]) -> tuple[TagSetting, ...]:
    settings = [TagSetting(row.region_name, row.tag_set_name, _shown_value(row)) for row in rows]
    settings.sort(key=lambda setting: (setting.region, setting.tag_set, setting.value is None, setting.value or ""))
    return tuple(settings)


def _shown_value(row: Tag) -> str | None:
    return None if is_secret(row.name) or "value" in row.problems else row.value


def _unknown_levels(rows: Iterable[Tag]) -> Sequence[str]:
    return sorted({row.level for row in rows if not levels.is_known(row.level)})


_FAILURES = {
    ExpansionFailure.CIRCLE: "Circular reference: the value cannot be resolved",
    ExpansionFailure.TOO_DEEP: "Too many nested tags: the portal does not resolve the value",
    ExpansionFailure.TOO_LARGE: "Too long once resolved: the portal does not resolve the value",
}


def _problems(name: str, winners: Sequence[Tag], expansion: Expansion | None) -> Iterator[TagProblem]:
    if malformed := malformed_reason(name):
        yield TagProblem(ProblemKind.MALFORMED, malformed)
    if len(winners) > 1:
        yield TagProblem(ProblemKind.REGION, "Depends on the region: several values are set")
    if expansion is None:
        return
    if expansion.failure:
        yield TagProblem(expansion.failure, _FAILURES[expansion.failure])
    if expansion.text == "":
        yield TagProblem(ProblemKind.EMPTY, "Empty. An empty value overrides other levels")
    if expansion.unresolved:
        names = ", ".join(expansion.unresolved[:3]) + (" and more" if len(expansion.unresolved) > 3 else "")
        yield TagProblem(ProblemKind.UNRESOLVED, f"Uses {names}, which the portal cannot resolve")


def _problems_of_rows(rows: Sequence[Tag]) -> Iterator[TagProblem]:
    for level in _unknown_levels(rows):
        message = f"Unknown level “{level}”: known levels take precedence"
        yield TagProblem(ProblemKind.UNKNOWN_LEVEL, message)
    for message in sorted({message for row in rows for message in row.problems.values()}):
        is_hidden = any(is_secret(row.name) for row in rows) or is_secret(message)
        shown = "Invalid data from the platform" if is_hidden else message
        yield TagProblem(ProblemKind.UNREADABLE, shown)
