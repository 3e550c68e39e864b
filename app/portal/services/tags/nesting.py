"""Tags whose values hold other tags: filled in, within bounds of depth and of size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from app.portal.services.tags.names import Found, names_in

DEEPEST = 10  # tags inside one another
LONGEST = 16_384  # characters that one value may grow to
LARGEST = 4_194_304  # characters of all values that grew, together


class Failure(Enum):
    CIRCLE = auto()
    TOO_DEEP = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True)
class Filled:
    """A value with the tags in it filled in; `open` are the names that had to stay. Text is None with a failure."""

    text: str | None
    open: tuple[str, ...] = ()
    failure: Failure | None = None


def fill_in(values: Mapping[str, str], fixed: Mapping[str, str]) -> Mapping[str, Filled]:
    """Each of `values` with every tag filled in that `values` or `fixed` has a text for.

    Texts of `fixed` are taken as they are: people may be called like a tag. Rounds go from what needs nothing
    to what needs that, so that neither a circle nor a long chain of tags keeps this from ending, and by name in
    each round, so that the order of the definitions changes nothing.
    """
    known = values.keys() | fixed.keys()
    founds = {name: list(names_in(value, known)) for name, value in values.items()}
    needs = {name: {found.name for found in founds[name] if found.name in values} for name in values}
    needed_by: dict[str, list[str]] = {}
    for name, needed in needs.items():
        for each in needed:
            needed_by.setdefault(each, []).append(name)
    filled: dict[str, Filled] = {}
    room, depth = LARGEST, 0
    ready = sorted(name for name, needed in needs.items() if not needed)
    while ready:
        for name in ready:
            if depth > DEEPEST:
                filled[name] = Filled(None, failure=Failure.TOO_DEEP)
            elif founds[name]:
                filled[name] = _filled(values[name], founds[name], filled, fixed, min(LONGEST, room))
                room -= len(filled[name].text or "")
            else:
                filled[name] = Filled(values[name])
        ready = sorted(_freed(ready, needs, needed_by))
        depth += 1
    return filled | {name: Filled(None, failure=Failure.CIRCLE) for name in values.keys() - filled.keys()}


def _freed(settled: Sequence[str], needs: Mapping[str, set[str]], needed_by: Mapping[str, list[str]]) -> Iterator[str]:
    for name in settled:
        for user in needed_by.get(name, ()):
            needs[user].discard(name)
            if not needs[user]:
                yield user


def _filled(
    value: str, founds: Sequence[Found], filled: Mapping[str, Filled], fixed: Mapping[str, str], room: int
) -> Filled:
    parts, length, at, still_open = [], 0, 0, dict[str, None]()
    for found in founds:
        inner = filled[found.name].text if found.name in filled else fixed.get(found.name)
        if inner is None:
            inner = found.name
            still_open[found.name] = None
        parts += [value[at : found.start], inner]
        length += found.start - at + len(inner)
        at = found.end
        if length > room:
            return Filled(None, failure=Failure.TOO_LARGE)
    parts.append(value[at:])
    if length + len(parts[-1]) > room:
        return Filled(None, failure=Failure.TOO_LARGE)
    return Filled("".join(parts), tuple(still_open))
