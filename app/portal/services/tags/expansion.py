"""Tags whose values hold other tags: expanded, within bounds of depth and of size."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from graphlib import CycleError, TopologicalSorter

from app.portal.services.tags.names import TagMatch, TagNames, find_tags

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


def expand_values(values: Mapping[str, str], fixed: Mapping[str, str], names: TagNames) -> Mapping[str, Expansion]:
    """Expand every tag in each of `values` that `values` or `fixed` has a text for; `names` are all that are known.

    Texts of `fixed` are taken as they are: people may be called like a tag. Rounds go from what needs nothing
    to what needs that, so that neither a circle nor a long chain of tags keeps this from ending, and by name in
    each round, so that the order of the definitions changes nothing.
    """
    matches = {name: list(find_tags(value, names)) for name, value in values.items()}
    sorter = TopologicalSorter({name: {match.name for match in matches[name]} & values.keys() for name in values})
    with suppress(CycleError):  # what needs nothing of a circle comes all the same
        sorter.prepare()
    expansions: dict[str, Expansion] = {}
    room, depth = MAX_TOTAL_LENGTH, 0
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        for name in ready:
            if depth > MAX_DEPTH:
                expansions[name] = Expansion(None, failure=ExpansionFailure.TOO_DEEP)
            elif matches[name]:
                expansions[name] = _expand(values[name], matches[name], expansions, fixed, min(MAX_LENGTH, room))
                room -= len(expansions[name].text or "")
            else:
                expansions[name] = Expansion(values[name])
        sorter.done(*ready)
        depth += 1
    circle = Expansion(None, failure=ExpansionFailure.CIRCLE)
    return expansions | dict.fromkeys(values.keys() - expansions.keys(), circle)


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
