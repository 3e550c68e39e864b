"""Tenants and groups with their numbers: those that the platform's directory shows, as far as the index knows them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.portal.domain.natural_order import exact_natural_key
from app.portal.domain.search_words import fold, fold_words, has_words
from app.portal.models.directory import Tenant
from app.portal.services.directory import Directory, TenantGroups
from app.portal.services.overview.known_places import KnownPlaces, sort_places
from app.portal.store.index.place_counts import PlaceCounts, TenantSum

MOST_TENANTS = 20  # of a page: each costs a call
_NOTHING = TenantSum(0, 0)


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
        return sort_places(
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

    def load_known(self, tenant_ids: Collection[str]) -> KnownPlaces:
        """Return what the index knows of all groups of these tenants."""
        return KnownPlaces(self._counts, tenant_ids)

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
