"""Two changes of one device brought together, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    BOTH = "both"
    THEIRS = "theirs"
    MINE = "mine"


@dataclass(frozen=True)
class Difference:
    """One field as it was opened, as it is now, and as I want it."""

    name: str
    opened: Any
    now: Any
    yours: Any
    kind: Kind


def differences(opened: Mapping[str, Any], now: Mapping[str, Any], yours: Mapping[str, Any]) -> Sequence[Difference]:
    """The fields that at least one side changed, unless both changed them to the same."""
    found = []
    for name, before in opened.items():
        theirs, mine = now[name], yours.get(name, before)
        if theirs == mine:
            continue
        kind = Kind.THEIRS if mine == before else Kind.MINE if theirs == before else Kind.BOTH
        found.append(Difference(name, before, theirs, mine, kind))
    return found
