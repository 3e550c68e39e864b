"""The help page."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import PERMISSIONS, Permission, Role
from app.portal.views.account import RIGHTS
from app.portal.web import htmx
from app.portal.web.access import requires

blueprint = Blueprint("help", __name__)

_REACH = {
    Role.GROUP_ADMIN: "One group",
    Role.TENANT_ADMIN: "All groups of one tenant",
    Role.SUPPORT: "All tenants",
    Role.SYSTEM_ADMIN: "All tenants",
}


@dataclass(frozen=True)
class RoleRow:
    name: str
    reach: str
    may: Collection[Permission]


@blueprint.get("/help")
@requires(Permission.ACCOUNT_VIEW)
def show() -> ResponseReturnValue:
    """Show the page; for htmx, which requests the dialog of keys, only the keys."""
    roles = [RoleRow(str(role), reach, PERMISSIONS[role]) for role, reach in _REACH.items()]
    return htmx.render("help/page.html", "help/_keys.html", rights=RIGHTS, roles=roles)
