"""Numbers of groups and tenants as the index knows them: those of the last list of each group."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.portal.domain.natural_order import exact_natural_key
from app.portal.domain.refs import GroupRef
from app.portal.models.directory import Group
from app.portal.services.overview.figures import count_statuses
from app.portal.store.index.place_counts import PlaceCounts

SORTS = ("name", "devices", "problems")
WORST_FIRST = "-problems"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class KnownNumbers:
    """Numbers of devices. `older` is None where the firmware of some was not compared yet.

    Those of a sum are as old as the oldest list, `seen_at`.
    """

    devices: int
    problems: int
    older: int | None
    pending: int
    seen_at: datetime

    @property
    def online(self) -> int:
        return self.devices - self.problems


@dataclass(frozen=True, kw_only=True)
class KnownGroup(KnownNumbers):
    statuses: Mapping[str, int]


@dataclass(frozen=True)
class Totals:
    """The sum over those groups whose numbers are known: `known` of `groups`."""

    known: int
    groups: int
    numbers: KnownNumbers


class KnownPlaces:
    """Keeps what the index knew of the groups of some tenants when it was made."""

    def __init__(self, counts: PlaceCounts, tenant_ids: Collection[str]) -> None:
        self._counts = counts
        self._groups = counts.count_groups(tenant_ids)
        self._pending = counts.count_pending(tenant_ids)

    def sort_groups(self, tenant_id: str, groups: Sequence[Group], sort: str = WORST_FIRST) -> Sequence[Group]:
        known = {ref.group_id: count for ref, count in self._groups.items() if ref.tenant_id == tenant_id}
        return sort_places(
            groups,
            sort,
            {
                "name": lambda group: exact_natural_key(group.group_name or group.group_id),
                "devices": lambda group: known[group.group_id].devices if group.group_id in known else 0,
                "problems": lambda group: known[group.group_id].problems if group.group_id in known else 0,
            },
        )

    def numbers(self, groups: Sequence[GroupRef]) -> Mapping[GroupRef, KnownGroup]:
        """Return the numbers of those groups whose list was read."""
        known = [group for group in groups if group in self._groups]
        statuses = self._counts.count_statuses(known)
        return {
            group: KnownGroup(
                devices=self._groups[group].devices,
                problems=self._groups[group].problems,
                older=self._groups[group].older,
                pending=self._pending.get(group, 0),
                seen_at=datetime.fromtimestamp(self._groups[group].seen_at, UTC),
                statuses=count_statuses(statuses.get(group, {})),
            )
            for group in known
        }

    def totals(self, groups: Sequence[GroupRef]) -> Totals | None:
        """Return the sum over the groups; None where no list was read."""
        known = [self._groups[group] for group in groups if group in self._groups]
        if not known:
            return None
        older = [count.older for count in known if count.older is not None]
        numbers = KnownNumbers(
            devices=sum(count.devices for count in known),
            problems=sum(count.problems for count in known),
            older=sum(older) if len(older) == len(known) else None,
            pending=sum(self._pending.get(group, 0) for group in groups if group in self._groups),
            seen_at=datetime.fromtimestamp(min(count.seen_at for count in known), UTC),
        )
        return Totals(len(known), len(groups), numbers)

    def statuses(self, tenant_id: str, groups: Sequence[GroupRef]) -> Mapping[str, int]:
        """Return numbers of devices by status over these groups, which are all that the platform lists of a tenant."""
        gone = {ref.group_id for ref in self._groups if ref.tenant_id == tenant_id} - {ref.group_id for ref in groups}
        return count_statuses(self._counts.sum_statuses(tenant_id, gone))


def sort_places(items: Sequence[T], sort: str, keys: Mapping[str, Callable[[T], Any]]) -> Sequence[T]:
    """Sort by a column, "-" before its name for descending; equal ones stay in the order of the platform."""
    return sorted(items, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
