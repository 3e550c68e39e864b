"""From definitions of tags and the platform's own tags to what each stands for on one device, and why.

Pure. Values are only ever looked at and joined: nothing in them is run, formatted or taken for a pattern. Where a
definition has the name of a native tag, the native one counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from app.portal.models.tag import Tag
from app.portal.services.tags import levels
from app.portal.services.tags.levels import NATIVE, NOWHERE, Level
from app.portal.services.tags.names import Found, names_in, why_malformed
from app.portal.services.tags.native import Natives, NativeTag, is_secret
from app.portal.services.tags.nesting import Failure, Filled, fill_in

__all__ = [
    "DOTS",
    "Found",
    "Problem",
    "ProblemKind",
    "Resolution",
    "ResolvedTag",
    "Setting",
    "TagLevel",
    "names_in",
    "resolve",
]

DOTS = "••••••••"  # in place of a secret


class ProblemKind(Enum):
    MALFORMED = auto()
    EMPTY = auto()
    REGION = auto()
    CIRCLE = auto()
    TOO_DEEP = auto()
    TOO_LARGE = auto()
    OPEN = auto()
    UNKNOWN_LEVEL = auto()
    RESERVED = auto()
    MISREAD = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    kind: ProblemKind
    words: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One definition as it stands at its level. `value` is None where it is secret or could not be read."""

    region: str
    tag_set: str
    value: str | None


@dataclass(frozen=True, slots=True)
class TagLevel:
    """One level of a ladder with what is set there, if anything. `decides`: the effective value comes from here."""

    level: str
    settings: tuple[Setting, ...]
    decides: bool

    @property
    def words(self) -> str:
        return levels.in_words(self.level)

    @property
    def is_overridden(self) -> bool:
        return bool(self.settings) and not self.decides


@dataclass(frozen=True, slots=True)
class ResolvedTag:
    """What a tag stands for. `value` is None where nothing can be told, for a reason in `problems` or `why`.

    `comes_from` is the level or line in words, `level` the API's name for it or NATIVE. `ladder` goes from the most
    general level to the device, without those of a native tag that nothing is set for.
    """

    name: str
    value: str | None
    comes_from: str
    level: str
    tag_set: str = ""
    region: str = ""
    ladder: tuple[TagLevel, ...] = ()
    problems: tuple[Problem, ...] = ()
    why: str = ""

    @property
    def is_secret(self) -> bool:
        return is_secret(self.name)

    @property
    def is_native(self) -> bool:
        return self.level == NATIVE

    @property
    def is_undefined(self) -> bool:
        return self.level == NOWHERE

    @property
    def is_malformed(self) -> bool:
        return self.has(ProblemKind.MALFORMED)

    @property
    def is_overridden(self) -> bool:
        """Whether a value that is set for it does not count."""
        return any(rung.is_overridden for rung in self.ladder)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What is set at the level that decides."""
        return next((rung.settings for rung in self.ladder if rung.decides), ())

    def has(self, *kinds: ProblemKind) -> bool:
        return any(problem.kind in kinds for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Every tag that is defined or native, by name without case, then by code point."""

    tags: tuple[ResolvedTag, ...]
    natives: Natives = field(default_factory=Natives)
    by_name: Mapping[str, ResolvedTag] = field(default_factory=dict)

    def get(self, name: str) -> ResolvedTag | None:
        return self.by_name.get(name)

    def placeholder(self, name: str) -> ResolvedTag:
        """For a name that nothing defines: what there is to say of it."""
        native = self.natives.absent(name)
        if native:
            return _native(native, ())
        return ResolvedTag(name, None, levels.in_words(NOWHERE), NOWHERE, why="Nothing defines it")


def resolve(definitions: Iterable[Tag], natives: Natives) -> Resolution:
    """The order of the definitions changes nothing."""
    rows: dict[str, list[Tag]] = {}
    for row in definitions:
        rows.setdefault(row.name, []).append(row)
    own = {tag.name: tag for tag in natives.tags}
    fixed = {tag.name: DOTS if is_secret(tag.name) else tag.value for tag in natives.tags}
    fixed |= {name: DOTS for name in rows if is_secret(name)}
    values = {
        name: value for name, defined in rows.items() if name not in fixed and (value := _value(defined)) is not None
    }
    filled = fill_in(values, {name: text for name, text in fixed.items() if text is not None})
    tags = [_native(tag, rows.get(tag.name, ())) for tag in natives.tags]
    tags += [_defined(name, defined, filled.get(name)) for name, defined in rows.items() if name not in own]
    tags.sort(key=lambda tag: (tag.name.casefold(), tag.name))
    return Resolution(tuple(tags), natives, {tag.name: tag for tag in tags})


def _value(defined: Sequence[Tag]) -> str | None:
    """The one value that wins, as it is set; None where there is no telling."""
    winners = _winners(defined)
    one = winners[0]
    return None if len(winners) > 1 or "value" in one.problems or why_malformed(one.name) else one.value


def _winners(defined: Sequence[Tag]) -> Sequence[Tag]:
    highest = max(map(levels.rank, defined))
    return [row for row in defined if levels.rank(row) == highest]


def _native(tag: NativeTag, defined: Sequence[Tag]) -> ResolvedTag:
    problems = [Problem(ProblemKind.RESERVED, "A name of the platform’s own: its value counts here, not what is set")]
    return ResolvedTag(
        name=tag.name,
        value=None if is_secret(tag.name) else tag.value,
        comes_from=tag.comes_from,
        level=NATIVE,
        ladder=_ladder(defined, ()) if defined else (),
        problems=tuple([*problems, *_problems_of_rows(defined)] if defined else ()),
        why=tag.why,
    )


def _defined(name: str, defined: Sequence[Tag], filled: Filled | None) -> ResolvedTag:
    winners = _winners(defined)
    won_at = sorted({row.level for row in winners})
    text = filled.text if filled else None
    return ResolvedTag(
        name=name,
        value=text,
        comes_from=", ".join(map(levels.in_words, won_at)),
        level=won_at[0],
        tag_set=", ".join(sorted({row.tag_set_name for row in winners} - {""})),
        region=", ".join(sorted({row.region_name for row in winners} - {""})),
        ladder=_ladder(defined, winners),
        problems=(*_problems(name, winners, filled), *_problems_of_rows(defined)),
    )


def _ladder(defined: Sequence[Tag], winners: Sequence[Tag]) -> tuple[TagLevel, ...]:
    at: dict[str, list[Tag]] = {level: [] for level in (*_unknown_levels(defined), *Level)}
    for row in defined:
        at[row.level].append(row)
    deciding = {row.level for row in winners}
    return tuple(TagLevel(level, _settings(rows), level in deciding) for level, rows in at.items())


def _settings(rows: Iterable[Tag]) -> tuple[Setting, ...]:
    found = [
        Setting(
            row.region_name, row.tag_set_name, None if is_secret(row.name) or "value" in row.problems else row.value
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.region, one.tag_set, one.value is None, one.value or "")))


def _unknown_levels(defined: Iterable[Tag]) -> Sequence[str]:
    return sorted({row.level for row in defined if not levels.is_known(row.level)})


_FAILURES = {
    Failure.CIRCLE: Problem(ProblemKind.CIRCLE, "Its value leads in a circle of tags, so it never resolves"),
    Failure.TOO_DEEP: Problem(
        ProblemKind.TOO_DEEP, "Too many tags inside one another, so the portal does not fill it in"
    ),
    Failure.TOO_LARGE: Problem(
        ProblemKind.TOO_LARGE, "Too long once its tags are filled in, so the portal does not do it"
    ),
}


def _problems(name: str, winners: Sequence[Tag], filled: Filled | None) -> Iterator[Problem]:
    if malformed := why_malformed(name):
        yield Problem(ProblemKind.MALFORMED, malformed)
    if len(winners) > 1:
        yield Problem(ProblemKind.REGION, "Depends on the region: several values are set")
    if filled is None:
        return
    if filled.failure:
        yield _FAILURES[filled.failure]
    if filled.text == "":
        yield Problem(ProblemKind.EMPTY, "Set to nothing, which counts as a value")
    if filled.open:
        names = ", ".join(filled.open[:3]) + (" and more" if len(filled.open) > 3 else "")
        yield Problem(ProblemKind.OPEN, f"Its value uses {names}, which the portal cannot fill in")


def _problems_of_rows(defined: Sequence[Tag]) -> Iterator[Problem]:
    for level in _unknown_levels(defined):
        words = f"The portal does not know the level “{level}”, and lets those it knows win"
        yield Problem(ProblemKind.UNKNOWN_LEVEL, words)
    for words in sorted({words for row in defined for words in row.problems.values()}):
        hidden = any(is_secret(row.name) for row in defined) or is_secret(words)
        yield Problem(ProblemKind.MISREAD, "The platform sent something unreadable for it" if hidden else words)
