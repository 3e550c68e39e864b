"""A signed-in user: which account, with which role, and what lies within its scope."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import PERMISSIONS, Permission, Role


@dataclass(kw_only=True, eq=False)
class User:
    """`group` is what the account belongs to; "" for what it stands above. `list_columns` are extra ones of lists."""

    username: str
    role: Role
    group: GroupRef
    session_id: int
    list_columns: Sequence[str] = ()
    has_saved_views: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    @property
    def reaches_every_tenant(self) -> bool:
        return self.role in {Role.SUPPORT, Role.SYSTEM_ADMIN}

    def reaches(self, tenant_id: str, group_id: str | None) -> bool:
        """Return True if a tenant, or a group of it, lies within the scope of this user."""
        match self.role:
            case Role.GROUP_ADMIN:
                return tenant_id == self.group.tenant_id and group_id in {None, self.group.group_id}
            case Role.TENANT_ADMIN:
                return tenant_id == self.group.tenant_id
            case _:
                return self.reaches_every_tenant
