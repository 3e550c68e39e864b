"""Roles, and the permissions of each."""

from enum import IntEnum, StrEnum

from app.portal.domain.refs import GroupRef


class UserLevel(IntEnum):
    """The backend's account levels."""

    END_USER = 0
    DEPARTMENT_ADMIN = 4
    GROUP_ADMIN = 8
    TENANT_ADMIN = 12
    SYSTEM_ADMIN = 16


class Role(StrEnum):
    GROUP_ADMIN = "Group admin"
    TENANT_ADMIN = "Tenant admin"
    SUPPORT = "Support"
    SYSTEM_ADMIN = "System admin"
    NO_ACCESS = "No access"


class Permission(StrEnum):
    ACCOUNT_VIEW = "account:view"
    DEVICE_CREATE = "device:create"
    DEVICE_DELETE = "device:delete"
    DEVICE_EDIT = "device:edit"
    DEVICE_REBOOT = "device:reboot"
    DEVICE_SEARCH = "device:search"
    DEVICE_SELECT = "device:select"
    DEVICE_VIEW = "device:view"
    FILES_EDIT = "files:edit"
    HISTORY_VIEW = "history:view"
    INDEX_SEARCH = "index:search"
    JOBS_RUN = "jobs:run"
    JOBS_VIEW = "jobs:view"
    LINES_EDIT = "lines:edit"
    STAFF_MANAGE = "staff:manage"


_OPERATE = {
    Permission.ACCOUNT_VIEW,
    Permission.DEVICE_EDIT,
    Permission.DEVICE_REBOOT,
    Permission.DEVICE_SELECT,
    Permission.DEVICE_VIEW,
    Permission.FILES_EDIT,
    Permission.HISTORY_VIEW,
    Permission.INDEX_SEARCH,
    Permission.JOBS_RUN,
    Permission.JOBS_VIEW,
    Permission.LINES_EDIT,
}
_MANAGE = _OPERATE | {Permission.DEVICE_CREATE, Permission.DEVICE_DELETE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GROUP_ADMIN: frozenset(_MANAGE),
    Role.TENANT_ADMIN: frozenset(_MANAGE),
    Role.SUPPORT: frozenset(_OPERATE | {Permission.DEVICE_SEARCH}),
    Role.SYSTEM_ADMIN: frozenset(_MANAGE | {Permission.DEVICE_SEARCH, Permission.STAFF_MANAGE}),
    Role.NO_ACCESS: frozenset(),
}


def role_of(level: int, group: GroupRef, *, is_support: bool) -> Role:
    """Return the role of a backend level; `is_support` comes from the portal, as the backend has no such level.

    A level without its tenant or group gives NO_ACCESS.
    """
    match level:
        case UserLevel.SYSTEM_ADMIN:
            return Role.SUPPORT if is_support else Role.SYSTEM_ADMIN
        case UserLevel.TENANT_ADMIN if group.tenant_id:
            return Role.TENANT_ADMIN
        case UserLevel.GROUP_ADMIN if group.tenant_id and group.group_id:
            return Role.GROUP_ADMIN
        case _:
            return Role.NO_ACCESS
