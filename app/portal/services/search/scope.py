"""The part of the index that a user may see."""

from app.portal.domain.refs import EVERYWHERE, Scope
from app.portal.domain.roles import Role
from app.portal.domain.users import User


def scope_of(user: User) -> Scope:
    """Return the part of the index that a user may see. Raises ValueError for a user who may see none."""
    if user.reaches_every_tenant:
        return EVERYWHERE
    if user.role is Role.TENANT_ADMIN:
        return Scope(user.group.tenant_id)
    if user.role is Role.GROUP_ADMIN:
        return Scope(user.group.tenant_id, user.group.group_id)
    raise ValueError("this role sees no devices")


def narrow(user: User, within: Scope) -> Scope | None:
    """Return what lies within both this part and the user's own scope; None if nothing does."""
    return scope_of(user).overlap(within)
