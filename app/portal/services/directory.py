"""Tenants and their groups, as far as the signed-in user may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiForbidden, ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.lists.search_texts import fold
from app.portal.models.directory import Group, GroupList, Tenant, TenantList

# Each tenant whose groups are shown costs a call; beyond this many, a tenant is shown with a link to its own page.
_MAX_READ = 20


@dataclass(frozen=True)
class TenantGroups:
    """A tenant and those of its groups that were asked for; None where they were not read.

    `is_gone`: listed a moment ago, but gone or out of this user's scope when its groups were asked for.
    `is_silent`: the backend did not answer for them.
    """

    tenant: Tenant
    groups: Sequence[Group] | None
    is_gone: bool = False
    is_silent: bool = False


class Directory:
    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def tenants(self) -> Sequence[Tenant]:
        return self._api.get(("tenants",), TenantList).tenants

    def groups(self, tenant_id: str) -> Sequence[Group]:
        """Raises ApiNotFound for a tenant that does not exist or is out of scope."""
        return self._api.get(("tenants", tenant_id, "groups"), GroupList).groups

    def read_all(self) -> Sequence[TenantGroups]:
        """Return every tenant, the first of them with their groups; without, where the name fits no URL.

        After the first that the backend does not answer for, no other is asked for: each may take as long.
        """
        entries: list[TenantGroups] = []
        is_silent = False
        for number, tenant in enumerate(self.tenants()):
            reads_groups = number < _MAX_READ and is_addressable(tenant.tenant_id) and not is_silent
            entries.append(self._read_groups(tenant) if reads_groups else TenantGroups(tenant, None))
            is_silent = is_silent or entries[-1].is_silent
        return entries

    def tenant(self, tenant_id: str) -> TenantGroups:
        """Raises ApiNotFound."""
        groups = self.groups(tenant_id)
        names = {tenant.tenant_id: tenant for tenant in self.tenants()}
        return TenantGroups(names.get(tenant_id, Tenant(tenant_id=tenant_id)), groups)

    def _read_groups(self, tenant: Tenant) -> TenantGroups:
        try:
            return TenantGroups(tenant, self.groups(tenant.tenant_id))
        except (ApiForbidden, ApiNotFound) as error:  # the others stand
            return TenantGroups(tenant, None, is_gone=bool(error.messages))
        except ApiUnavailable:
            return TenantGroups(tenant, None, is_silent=True)


def filter_tenants(tenants: Sequence[TenantGroups], text: str) -> Sequence[TenantGroups]:
    """Return the tenants that match `text` with all their groups, and the others with the groups that match."""
    matching = []
    for entry in tenants:
        if _matches(text, entry.tenant.tenant_id, entry.tenant.name):
            matching.append(entry)
            continue
        groups = [group for group in entry.groups or () if _matches(text, group.group_id, group.group_name)]
        if groups:
            matching.append(TenantGroups(entry.tenant, groups))
    return matching


def _matches(text: str, *words: str) -> bool:
    return any(fold(text) in fold(word) for word in words)
