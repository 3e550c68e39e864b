"""Tags whose values hold other tags: expanded, within bounds of depth and of size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.portal.services.tags.names import TagMatch, find_tags

MAX_DEPTH = 10  # tags inside one another
MAX_LENGTH = 16_384  # characters that one value may grow to
MAX_TOTAL_LENGTH = 4_194_304  # characters of all values that grew, together


class ExpansionFailure(Enum):
    CIRCLE = auto()
    TOO_DEEP = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True)
class Expansion:
    """A value with the tags in it expanded; the names in `unresolved` had to stay. Text is None with a failure."""

    text: str | None
    unresolved: tuple[str, ...] = ()
    failure: ExpansionFailure | None = None


def expand_values(values: Mapping[str, str], fixed: Mapping[str, str]) -> Mapping[str, Expansion]:
    """Expand every tag in each of `values` that `values` or `fixed` has a text for.

    Texts of `fixed` are taken as they are: people may be called like a tag. Rounds go from what needs nothing
    to what needs that, so that neither a circle nor a long chain of tags keeps this from ending, and by name in
    each round, so that the order of the definitions changes nothing.
    """
    known = values.keys() | fixed.keys()
    matches = {name: list(find_tags(value, known)) for name, value in values.items()}
    needs = {name: {match.name for match in matches[name] if match.name in values} for name in values}
    needed_by: dict[str, list[str]] = {}
    for name, needed in needs.items():
        for needed_name in needed:
            needed_by.setdefault(needed_name, []).append(name)
    expansions: dict[str, Expansion] = {}
    room, depth = MAX_TOTAL_LENGTH, 0
    ready = sorted(name for name, needed in needs.items() if not needed)
    while ready:
        for name in ready:
            if depth > MAX_DEPTH:
                expansions[name] = Expansion(None, failure=ExpansionFailure.TOO_DEEP)
            elif matches[name]:
                expansions[name] = _expand(values[name], matches[name], expansions, fixed, min(MAX_LENGTH, room))
                room -= len(expansions[name].text or "")
            else:
                expansions[name] = Expansion(values[name])
        ready = sorted(_find_ready(ready, needs, needed_by))
        depth += 1
    circle = Expansion(None, failure=ExpansionFailure.CIRCLE)
    return expansions | dict.fromkeys(values.keys() - expansions.keys(), circle)


def _find_ready(
    done: Sequence[str], needs: Mapping[str, set[str]], needed_by: Mapping[str, list[str]]
) -> Iterator[str]:
    """Yield the names that need nothing more once those in `done` are expanded; `needs` loses them."""
    for name in done:
        for waiting_name in needed_by.get(name, ()):
            needs[waiting_name].discard(name)
            if not needs[waiting_name]:
                yield waiting_name


def _expand(
    value: str, matches: Sequence[TagMatch], expansions: Mapping[str, Expansion], fixed: Mapping[str, str], room: int
) -> Expansion:
    parts, length, position, unresolved = [], 0, 0, dict[str, None]()
    for match in matches:
        inner = expansions[match.name].text if match.name in expansions else fixed.get(match.name)
        if inner is None:
            inner = match.name
            unresolved[match.name] = None
        parts += [value[position : match.start], inner]
        length += match.start - position + len(inner)
        position = match.end
        if length > room:
            return Expansion(None, failure=ExpansionFailure.TOO_LARGE)
    parts.append(value[position:])
    if length + len(parts[-1]) > room:
        return Expansion(None, failure=ExpansionFailure.TOO_LARGE)
    return Expansion("".join(parts), tuple(unresolved))
