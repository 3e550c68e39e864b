"""Tenants and their groups, as far as the signed-in user may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.domain.search_words import fold_words, has_words
from app.portal.models.directory import Group, GroupList, Tenant, TenantList
from app.portal.services.index.feed import IndexFeed
from app.portal.services.parts import read_part

TENANTS_PATH = ("tenants",)

# Each tenant whose groups are shown costs a call; beyond this many, a tenant is shown with a link to its own page.
_MAX_READ = 20


@dataclass(frozen=True)
class TenantGroups:
    """A tenant and those of its groups that were asked for; None where they were not read.

    `is_gone`: listed a moment ago, but gone or out of this user's scope when its groups were asked for.
    `failure`: why they could not be read.
    """

    tenant: Tenant
    groups: Sequence[Group] | None
    is_gone: bool = False
    failure: ApiError | None = None

    @property
    def is_silent(self) -> bool:
        """Return True where the backend did not answer for them."""
        return isinstance(self.failure, ApiUnavailable)


class Directory:
    def __init__(self, api: ApiClient, index: IndexFeed) -> None:
        self._api = api
        self._index = index

    def tenants(self) -> Sequence[Tenant]:
        return self._api.get(TENANTS_PATH, TenantList).tenants

    def groups(self, tenant_id: str) -> Sequence[Group]:
        """Raises ApiNotFound for a tenant that does not exist or is out of scope."""
        return self._api.get(groups_path(tenant_id), GroupList).groups

    def begin_groups(self, tenant_id: str) -> None:
        self._api.begin(groups_path(tenant_id))

    def read_all(self) -> Sequence[TenantGroups]:
        """Return every tenant, the first of them with their groups; without, where the name fits no URL.

        The groups are read side by side.
        """
        tenants = self.tenants()
        readable = {tenant.tenant_id for tenant in tenants[:_MAX_READ] if is_addressable(tenant.tenant_id)}
        for tenant_id in readable:
            self.begin_groups(tenant_id)
        return [
            self._read_groups(tenant) if tenant.tenant_id in readable else TenantGroups(tenant, None)
            for tenant in tenants
        ]

    def tenant(self, tenant_id: str) -> TenantGroups:
        """Raises ApiNotFound. Where the tenants cannot be read, as they are not for everybody, the id is the name."""
        self._api.begin(TENANTS_PATH)
        groups = self.groups(tenant_id)
        names = {tenant.tenant_id: tenant for tenant in read_part(self.tenants).value or ()}
        tenant = names.get(tenant_id, Tenant(tenant_id=tenant_id))
        self._observe(tenant, groups)
        return TenantGroups(tenant, groups)

    def _read_groups(self, tenant: Tenant) -> TenantGroups:
        part = read_part(lambda: self.groups(tenant.tenant_id))
        is_gone = isinstance(part.failure, ApiNotFound) and bool(part.failure.messages)
        if part.value is not None:
            self._observe(tenant, part.value)
        return TenantGroups(tenant, part.value, is_gone, part.failure)

    def _observe(self, tenant: Tenant, groups: Sequence[Group]) -> None:
        names = {group.group_id: group.group_name for group in groups if not group.problems}
        self._index.add_directory(tenant.tenant_id, tenant.name, names)


def groups_path(tenant_id: str) -> tuple[str, ...]:
    return ("tenants", tenant_id, "groups")


def filter_tenants(tenants: Sequence[TenantGroups], text: str) -> Sequence[TenantGroups]:
    """Return the tenants that match `text` with all their groups, and the others with the groups that match.

    Words may be those of the tenant and of the group together.
    """
    matching, words = [], fold_words(text)
    for entry in tenants:
        tenant_names = (entry.tenant.tenant_id, entry.tenant.name)
        if has_words(words, *tenant_names):
            matching.append(entry)
            continue
        groups = [
            group for group in entry.groups or () if has_words(words, *tenant_names, group.group_id, group.group_name)
        ]
        if groups:
            matching.append(TenantGroups(entry.tenant, groups))
    return matching
