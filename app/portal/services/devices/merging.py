"""Merge two changes of one device, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangedBy(StrEnum):
    BOTH = "both"
    THEM = "them"
    YOU = "you"


@dataclass(frozen=True)
class FieldConflict:
    """A field as it was opened, as it is now, and as you want it."""

    name: str
    opened: Any
    now: Any
    yours: Any
    changed_by: ChangedBy


def find_field_conflicts(
    opened: Mapping[str, Any], now: Mapping[str, Any], yours: Mapping[str, Any]
) -> Sequence[FieldConflict]:
    """Return the fields that at least one side changed, unless both changed them to the same."""
    conflicts = []
    for name, before in opened.items():
        theirs, wanted = now[name], yours.get(name, before)
        if theirs == wanted:
            continue
        changed_by = ChangedBy.THEM if wanted == before else ChangedBy.YOU if theirs == before else ChangedBy.BOTH
        conflicts.append(FieldConflict(name, before, theirs, wanted, changed_by))
    return conflicts
