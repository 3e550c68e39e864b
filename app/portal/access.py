"""Who may do what: roles, permissions, the mark on each view, and the gate that reads it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.portal.models.signed_in import Level
from app.portal.places import Place


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
    DEVICE_VIEW = "device:view"
    FILES_EDIT = "files:edit"
    HISTORY_VIEW = "history:view"
    LINES_EDIT = "lines:edit"
    STAFF_MANAGE = "staff:manage"


_LOOK_AFTER = {
    Permission.ACCOUNT_VIEW,
    Permission.DEVICE_EDIT,
    Permission.DEVICE_REBOOT,
    Permission.DEVICE_VIEW,
    Permission.FILES_EDIT,
    Permission.HISTORY_VIEW,
    Permission.LINES_EDIT,
}
_MANAGE = _LOOK_AFTER | {Permission.DEVICE_CREATE, Permission.DEVICE_DELETE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.GROUP_ADMIN: frozenset(_MANAGE),
    Role.TENANT_ADMIN: frozenset(_MANAGE),
    Role.SUPPORT: frozenset(_LOOK_AFTER | {Permission.DEVICE_SEARCH}),
    Role.SYSTEM_ADMIN: frozenset(_MANAGE | {Permission.DEVICE_SEARCH, Permission.STAFF_MANAGE}),
    Role.NO_ACCESS: frozenset(),
}


def role_of(level: int, place: Place, *, is_support: bool) -> Role:
    """The role of one of the backend's levels, which knows no support.

    A level without the place that bounds it gives none.
    """
    match level:
        case Level.SYSTEM_ADMIN:
            return Role.SUPPORT if is_support else Role.SYSTEM_ADMIN
        case Level.TENANT_ADMIN if place.tenant_id:
            return Role.TENANT_ADMIN
        case Level.GROUP_ADMIN if place.tenant_id and place.group_id:
            return Role.GROUP_ADMIN
        case _:
            return Role.NO_ACCESS


class Access:
    """The mark of a view: what it needs, whether asking it counts as being active, and whether it is an aside.

    `form_bytes` is how much its form may hold, where that is more than usual.
    """

    def __init__(
        self,
        permission: Permission | None,
        *,
        renews: bool = True,
        aside: bool = False,
        form_bytes: int | None = None,
    ) -> None:
        self.permission = permission
        self.renews = renews
        self.aside = aside
        self.form_bytes = form_bytes


class FromAnotherSiteError(Forbidden):
    """A write that another site's page made the browser send."""


View = TypeVar("View", bound=Callable[..., Any])


def requires(
    permission: Permission, *, renews: bool = True, aside: bool = False, form_bytes: int | None = None
) -> Callable[[View], View]:
    """Mark a view with the permission it needs.

    `renews=False` for what a page asks by itself. `aside=True` for what it asks beside the reader's own doing: in a
    session that is over, or where the backend fails, it leads nowhere, lest it overtake the form that is being sent.
    `form_bytes` for what takes larger forms than others.
    """
    return _marked(Access(permission, renews=renews, aside=aside, form_bytes=form_bytes))


def public(view: View) -> View:
    """Mark a view that nobody needs to sign in for."""
    return _marked(Access(None))(view)


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__dict__["access"] = access
        return view

    return mark


def mark_of(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions.get(endpoint), "access", None)


def install_gate(
    app: Flask,
    to_sign_in: Callable[[], ResponseReturnValue],
    renew: Callable[[], None],
    note_refusal: Callable[[Permission, str], None],
) -> None:
    """Let every request pass one gate before its view: what is not marked is refused.

    `note_refusal` hears of each write that somebody signed in was not let in with, and why.
    """

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        if _writes() and _from_another_site():
            raise FromAnotherSiteError
        if request.endpoint is None:
            return None  # Flask answers 404, 405 or a redirect by itself
        access = mark_of(current_app, request.endpoint)
        if access is None:
            abort(403)
        if access.permission is None:
            return None
        if access.form_bytes is not None:  # before anybody reads the form, be it to keep it for a fresh sign-in
            request.max_content_length = request.max_form_memory_size = access.form_bytes
        if not current_user.is_authenticated:
            return to_sign_in()
        _let_in(access.permission, note_refusal)
        if access.renews:
            renew()
        return None


def _let_in(permission: Permission, note_refusal: Callable[[Permission, str], None]) -> None:
    if not current_user.may(permission):
        status, reason = 403, "the role does not allow it"
    elif not _enter_scope(request.view_args or {}):
        status, reason = 404, "it is out of reach"
    else:
        return
    if _writes():
        note_refusal(permission, reason)
    abort(status)


def _writes() -> bool:
    return request.method not in {"GET", "HEAD", "OPTIONS"}


def _from_another_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _enter_scope(view_args: dict[str, Any]) -> bool:
    """Whether the place that the address names, if any, is within reach."""
    tenant_id, group_id = view_args.get("tenant"), view_args.get("group")
    if tenant_id is None:
        return True
    if not current_user.reaches(tenant_id, group_id):
        return False
    if group_id is not None:
        g.place = Place(tenant_id, group_id)
    return True
