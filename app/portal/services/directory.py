"""Tenants and their groups, as far as the signed-in user may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.models.directory import Group, GroupList, Tenant, TenantList
from app.portal.services.index.feed import IndexFeed
from app.portal.services.parts import read_part

TENANTS_PATH = ("tenants",)


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

    def read_groups(self, tenants: Sequence[Tenant]) -> Sequence[TenantGroups]:
        """Return these tenants with their groups, read side by side; without, where the name fits no URL."""
        readable = {tenant.tenant_id for tenant in tenants if is_addressable(tenant.tenant_id)}
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


def end_points_path(group: GroupRef) -> tuple[str, ...]:
    """Return the path of who is on the devices of a group."""
    return (*groups_path(group.tenant_id), group.group_id, "device_end_points")
