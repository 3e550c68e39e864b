"""The signed-in user: the session row behind Flask-Login, and the role that follows from it."""

from typing import cast

import flask_login
from flask import Flask, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin

from app.portal.domain.audit import Actor, Reason
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.domain.step_up import ROLE_NAMES
from app.portal.domain.users import User
from app.portal.store.sessions import SignIn, StoredSession
from app.portal.web import polling
from app.portal.web.context import portal
from app.portal.web.request_log import request_id
from app.portal.web.session_cookie import UndatedSessionCookie


class PortalUser(User, UserMixin):  # type: ignore[misc]  # published without types
    """The user behind a session row, as Flask-Login wants one."""

    def __init__(self, row: StoredSession, role: Role, token: str) -> None:
        super().__init__(
            username=row.username,
            role=role,
            group=row.group,
            session_id=row.id,
            list_columns=(row.list_columns or "").split(","),
            has_saved_views=bool(row.saved_views),
        )
        self.row = row
        self._token = token

    def get_id(self) -> str:
        return self._token

    @property
    def must_change_password(self) -> bool:
        return self.row.must_change_password

    @property
    def scope_name(self) -> str:
        match self.role:
            case Role.GROUP_ADMIN:
                return f"{self.group.tenant_id} / {self.group.group_id}"
            case Role.TENANT_ADMIN:
                return self.group.tenant_id
            case Role.SUPPORT | Role.SYSTEM_ADMIN:
                return "All tenants"
            case _:
                return "None"

    @property
    def is_group_scoped(self) -> bool:
        """True where the portal starts at the devices of one group, and not at the directory."""
        return self.role is Role.GROUP_ADMIN

    @property
    def home_label(self) -> str:
        """Return in a word what the first page of this user lists."""
        return {Role.GROUP_ADMIN: "Devices", Role.TENANT_ADMIN: "Groups"}.get(self.role, "Tenants")


def init_app(app: Flask) -> None:
    app.session_interface = UndatedSessionCookie(app.config["SECRET_KEY"])
    manager = LoginManager()
    manager.session_protection = None  # the row alone decides
    manager.init_app(app, add_context_processor=False)  # templates get the user from templating.py
    manager.user_loader(load_user)


def current_user_or_none() -> PortalUser | None:
    # Where Flask-Login keeps the user of a request. Its proxy would look for the user with each attribute.
    user = g.get("_login_user") or flask_login.current_user._get_current_object()
    return cast(PortalUser, user) if user.is_authenticated else None


def give_up_database() -> None:
    """Ask the database nothing more in this request. The rest is shown to nobody, unless the user is known."""
    g.has_given_up_database = True
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()


def has_given_up_database() -> bool:
    return "has_given_up_database" in g


def current_user() -> PortalUser:
    """Return the signed-in user. Only behind the access check, where there always is one."""
    return cast(PortalUser, current_user_or_none())


def extend_session() -> None:
    if not polling.is_poll():
        portal().sessions.extend(current_user().row, portal().now())


def load_user(token: str) -> PortalUser | None:
    row = portal().sessions.find(token)
    if row is None or not portal().sessions.is_alive(row, portal().now()):
        return None
    if row.confirmed_at is None and needs_second_factor(row):
        return None
    role = portal().support_roles.role_of(row.username, row.level, row.group)
    return PortalUser(row, role, token)


def needs_second_factor(account: StoredSession | SignIn) -> bool:
    """Return True if the role of an account requires one."""
    required = portal().settings.second_factor
    if not required:
        return False
    group = GroupRef(account.tenant_id or "", account.group_id or "")
    return ROLE_NAMES.get(portal().support_roles.role_of(account.username, account.level, group)) in required


def forget_browser() -> None:
    """End the session that this browser holds, if it holds one."""
    row = portal().sessions.find(session.get("_user_id", ""))
    if row is not None:
        portal().sessions.end(row.username, portal().now(), only=row.id)
    session.clear()


def record_refusal(permission: Permission, reason: Reason, count: int = 1) -> None:
    """Record a write that the portal refused, `count` times: for the group in its URL or, out of scope, the user's."""
    user, args = current_user(), request.view_args or {}
    tenant, group = args.get("tenant"), args.get("group")
    ref, device = user.group, ""
    if tenant and user.reaches(tenant, group):
        ref, device = GroupRef(tenant, group or ""), args.get("device", "")
    portal().events.record_refusal(actor(user), ref, device, permission, reason, portal().now(), count)


def actor(user: PortalUser) -> Actor:
    return actor_named(user.username, str(user.role))


def actor_named(username: str, role: str = "") -> Actor:
    return Actor(username=username, role=role, address=client_address(), request_id=request_id())


def client_address() -> str:
    return request.remote_addr or ""
