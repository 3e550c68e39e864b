"""Tenants and groups with their numbers: those that the platform's directory shows, as far as the index knows them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.portal.domain.natural_order import exact_natural_key
from app.portal.domain.refs import GroupRef
from app.portal.domain.search_words import fold, fold_words, has_words
from app.portal.models.directory import Group, Tenant
from app.portal.services.directory import Directory, TenantGroups
from app.portal.services.overview.figures import ONLINE, count_firmware, count_statuses
from app.portal.store.index.place_counts import PlaceCounts, TenantSum

MOST_TENANTS = 20  # of a page: each costs a call
SORTS = ("name", "devices", "problems")
WORST_FIRST = "-problems"
_NOTHING = TenantSum(0, 0, 0)

T = TypeVar("T")


@dataclass(frozen=True)
class KnownNumbers:
    """Numbers of devices as the index knows them; those of a sum are as old as the oldest list, `seen_at`."""

    devices: int
    statuses: Mapping[str, int]
    older: int
    seen_at: datetime

    @property
    def online(self) -> int:
        return self.statuses[ONLINE]

    @property
    def problems(self) -> int:
        return self.devices - self.online


@dataclass(frozen=True)
class Totals:
    """The sum over those groups whose numbers are known: `known` of `groups`."""

    known: int
    groups: int
    numbers: KnownNumbers


class Places:
    def __init__(self, directory: Directory, counts: PlaceCounts) -> None:
        self._directory = directory
        self._counts = counts

    def tenants(self, text: str, sort: str) -> Sequence[Tenant]:
        """Return the tenants that match, or have a group that does."""
        tenants, sums = self._directory.tenants(), self._counts.sum_tenants()
        if text:
            matching = self._find_tenants(tenants, fold_words(text))
            tenants = [tenant for tenant in tenants if tenant.tenant_id in matching]
        return _sort(
            tenants,
            sort,
            {
                "name": lambda tenant: exact_natural_key(tenant.name or tenant.tenant_id),
                "devices": lambda tenant: sums.get(tenant.tenant_id, _NOTHING).devices,
                "problems": lambda tenant: sums.get(tenant.tenant_id, _NOTHING).problems,
            },
        )

    def read_groups(self, tenants: Sequence[Tenant], text: str) -> Sequence[TenantGroups]:
        """Return tenants with their groups that match; with all, where the tenant itself matches."""
        words = fold_words(text)
        return [filter_groups(entry, words) for entry in self._directory.read_groups(tenants)]

    def sort_groups(self, tenant_id: str, groups: Sequence[Group], sort: str = WORST_FIRST) -> Sequence[Group]:
        counts = self._counts.count_groups([tenant_id])
        known = {ref.group_id: count for ref, count in counts.items()}
        return _sort(
            groups,
            sort,
            {
                "name": lambda group: exact_natural_key(group.group_name or group.group_id),
                "devices": lambda group: known[group.group_id].devices if group.group_id in known else 0,
                "problems": lambda group: known[group.group_id].problems if group.group_id in known else 0,
            },
        )

    def known_numbers(self, groups: Sequence[GroupRef]) -> Mapping[GroupRef, KnownNumbers]:
        """Return the numbers of those groups whose list was read."""
        seen = self._counts.count_groups({group.tenant_id for group in groups})
        known = [group for group in groups if group in seen]
        counts = self._counts.count_devices(known)
        return {group: _to_numbers(counts.get(group, {}), seen[group].seen_at) for group in known}

    def totals(self, groups: Sequence[GroupRef]) -> Totals | None:
        """Return the sum over the groups; None where no list was read."""
        known = self.known_numbers(groups).values()
        if not known:
            return None
        statuses: Counter[str] = Counter()
        for numbers in known:
            statuses.update(numbers.statuses)
        total = KnownNumbers(
            devices=sum(numbers.devices for numbers in known),
            statuses=count_statuses(statuses),
            older=sum(numbers.older for numbers in known),
            seen_at=min(numbers.seen_at for numbers in known),
        )
        return Totals(len(known), len(groups), total)

    def _find_tenants(self, tenants: Sequence[Tenant], words: Sequence[str]) -> Collection[str]:
        """Look through the names that directories showed, and read the groups of some tenants that have none there."""
        texts = {tenant.tenant_id: fold(f"{tenant.tenant_id}\n{tenant.name}") for tenant in tenants}
        matching = {tenant_id for tenant_id, text in texts.items() if all(word in text for word in words)}
        indexed = set()
        for name in self._counts.list_names():
            indexed.add(name.tenant_id)
            text = texts.get(name.tenant_id)
            if text is not None and all(word in text or word in name.search_text for word in words):
                matching.add(name.tenant_id)
        unread = [tenant for tenant in tenants if tenant.tenant_id not in indexed | matching]
        entries = self._directory.read_groups(unread[:MOST_TENANTS])
        return matching | {entry.tenant.tenant_id for entry in entries if filter_groups(entry, words).groups}


def filter_groups(entry: TenantGroups, words: Sequence[str]) -> TenantGroups:
    """Words may be those of the tenant and of the group together."""
    tenant_names = (entry.tenant.tenant_id, entry.tenant.name)
    if entry.groups is None or has_words(words, *tenant_names):
        return entry
    matching = [group for group in entry.groups if has_words(words, *tenant_names, group.group_id, group.group_name)]
    return replace(entry, groups=matching)


def _to_numbers(counts: Mapping[tuple[str, str, str], int], seen_at: float) -> KnownNumbers:
    statuses: Counter[str] = Counter()
    versions: Counter[tuple[str, str]] = Counter()
    for (device_type, version, status), devices in counts.items():
        statuses[status] += devices
        versions[device_type, version] += devices
    return KnownNumbers(
        devices=sum(counts.values()),
        statuses=count_statuses(statuses),
        older=sum(firmware.older for firmware in count_firmware(versions)),
        seen_at=datetime.fromtimestamp(seen_at, UTC),
    )


def _sort(items: Sequence[T], sort: str, keys: Mapping[str, Callable[[T], Any]]) -> Sequence[T]:
    """Sort by a column, "-" before its name for descending; equal ones stay in the order of the platform."""
    return sorted(items, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
