"""Who is asking: sign-in, the session row behind Flask-Login, and the services of the signed-in person."""

import secrets
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from app.portal.access import PERMISSIONS, Permission, Role, role_of
from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiInvalid, ApiUnauthenticated
from app.portal.context import portal
from app.portal.models.signed_in import Level
from app.portal.places import Place
from app.portal.services.changes import Door, once_sent
from app.portal.services.devices import Devices
from app.portal.services.directory import Directory
from app.portal.services.files.changes import FileChanges
from app.portal.services.files.service import ConfigFiles
from app.portal.services.lines.service import Lines
from app.portal.services.mac_holders import MacHolders
from app.portal.services.phone_types import PhoneTypes
from app.portal.services.settling import Settling
from app.portal.services.sign_in import sign_in_to, sign_out_of
from app.portal.services.tags.service import Tags
from app.portal.store.ledger import Actor
from app.portal.store.sessions import SignIn
from app.portal.store.tables import SessionRow
from app.portal.store.tries import WINDOW


@dataclass(frozen=True)
class Services:
    """The backend, noun by noun, as one person may use it."""

    directory: Directory
    devices: Devices
    lines: Lines
    mac_holders: MacHolders
    phone_types: PhoneTypes
    tags: Tags
    config_files: ConfigFiles
    file_changes: FileChanges


class Person(UserMixin):  # type: ignore[misc]  # published without types
    """A signed-in account: its session row, and the role that follows from it."""

    def __init__(self, row: SessionRow, role: Role, token: str) -> None:
        self.row = row
        self.role = role
        self._token = token

    def get_id(self) -> str:
        return self._token

    @property
    def username(self) -> str:
        return self.row.username

    @property
    def role_name(self) -> str:
        return str(self.role)

    @property
    def must_change_password(self) -> bool:
        return self.row.must_change_password

    @property
    def place(self) -> Place:
        return place_of(self.row)

    @property
    def scope_name(self) -> str:
        match self.role:
            case Role.GROUP_ADMIN:
                return f"{self.row.tenant_id} / {self.row.group_id}"
            case Role.TENANT_ADMIN:
                return self.row.tenant_id or ""
            case Role.SUPPORT | Role.SYSTEM_ADMIN:
                return "every tenant"
            case _:
                return "nothing"

    @property
    def is_of_one_group(self) -> bool:
        """The portal begins at the devices of that group then, and not at a directory."""
        return self.role is Role.GROUP_ADMIN

    @property
    def begins_at(self) -> str:
        """What the first page of this person lists, in a word."""
        return {Role.GROUP_ADMIN: "Devices", Role.TENANT_ADMIN: "Groups"}.get(self.role, "Tenants")

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def reaches(self, tenant_id: str, group_id: str | None) -> bool:
        """Whether a tenant, or a group of it, lies within the scope of this person."""
        match self.role:
            case Role.GROUP_ADMIN:
                return tenant_id == self.row.tenant_id and group_id in {None, self.row.group_id}
            case Role.TENANT_ADMIN:
                return tenant_id == self.row.tenant_id
            case Role.SUPPORT | Role.SYSTEM_ADMIN:
                return True
            case _:
                return False


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the row alone decides
    manager.init_app(app)
    manager.user_loader(_load)
    app.before_request(_name_request)
    app.after_request(_keep_cookies)


def person() -> Person | None:
    return cast(Person, current_user) if current_user.is_authenticated else None


def the_person() -> Person:
    """Who is asking, behind the gate: there nobody is nobody."""
    return cast(Person, current_user)


def request_id() -> str:
    return cast(str, g.request_id)


def services() -> Services:
    """The backend as the signed-in person may use it; one client a request."""
    if "services" not in g:
        me = the_person()
        g.cookies = portal().sessions.cookies(me.row) or {}
        g.client = portal().client(g.cookies, request_id())
        door = Door(portal().ledger, portal().list_versions, actor(me), portal().settings.longest_write, portal().now)
        settling = Settling(
            portal().ledger,
            portal().list_versions,
            portal().file_versions,
            portal().settings.longest_write,
            portal().now,
        )
        directory, files = Directory(g.client), ConfigFiles(g.client)
        devices = Devices(g.client, door, settling, portal().ledger, portal().snapshots, me.username)
        g.services = Services(
            directory=directory,
            devices=devices,
            lines=Lines(g.client, door, settling),
            mac_holders=MacHolders(g.client, directory, devices, me.reaches, portal().now),
            phone_types=PhoneTypes(g.client),
            tags=Tags(g.client, files, portal().file_versions, portal().resolutions, portal().tag_tables, me.username),
            config_files=files,
            file_changes=FileChanges(
                g.client, door, settling, files, portal().file_versions, portal().uploads, me.username, portal().now
            ),
        )
    return cast(Services, g.services)


def sign_in(username: str, password: str) -> bool:
    """Sign in with a backend account. False: not with these words, or not now; which of them is not told.

    Raises ApiUnavailable and its kin where the backend gives no verdict.
    """
    try_id = portal().tries.begin(username, _address(), portal().now())
    if try_id is None:
        portal().hasher.hash(password)  # a paused account must not answer faster than a wrong password
        portal().logbook.sign_in_paused(_actor(username), portal().now(), WINDOW)
        return False
    client = portal().client({}, request_id())
    try:
        account = sign_in_to(client, username, password)
    except (ApiUnauthenticated, ApiInvalid):
        portal().logbook.sign_in_failed(_actor(username), portal().now())
        return False
    except ApiError:
        portal().tries.forgive(try_id)
        raise
    portal().tries.forgive(try_id)
    _forget_browser()
    token = portal().sessions.start(
        SignIn(
            username=username,
            level=account.level,
            tenant_id=account.ids.tenant_id,
            group_id=account.ids.group_id,
            must_change_password=account.profile.is_first_login,
            cookies=client.cookies,
            address=_address(),
            browser=request.headers.get("User-Agent", ""),
        ),
        portal().now(),
    )
    login_user(_load(token))
    me = the_person()
    portal().logbook.signed_in(actor(me), me.place, portal().now())
    return True


def sign_out() -> None:
    """End the session here and, as far as it answers, at the backend."""
    me = person()
    if me is not None:
        sign_out_of(portal().client(portal().sessions.cookies(me.row) or {}, request_id()))
        portal().logbook.signed_out(actor(me), me.place, portal().now())
    _forget_browser()


def note_refusal(permission: Permission, reason: str) -> None:
    """Note that the portal refused a write, under the address it was for or, out of reach, where its sender belongs."""
    me, asked = the_person(), request.view_args or {}
    tenant, group = asked.get("tenant"), asked.get("group")
    place, device = me.place, ""
    if tenant and me.reaches(tenant, group):
        place, device = Place(tenant, group or ""), asked.get("device", "")
    portal().logbook.refused(actor(me), place, device, permission, reason, portal().now())


def renew() -> None:
    portal().sessions.seen(the_person().row, portal().now())


def _load(token: str) -> Person | None:
    row = portal().sessions.find(token)
    if row is None or not portal().sessions.is_alive(row, portal().now()):
        return None
    return Person(row, role_of_session(row), token)


def role_of_session(row: SessionRow) -> Role:
    is_support = row.level == Level.SYSTEM_ADMIN and portal().support.includes(row.username)
    return role_of(row.level, place_of(row), is_support=is_support)


def place_of(row: SessionRow) -> Place:
    """Where the account of a session belongs; "" for what it stands above."""
    return Place(row.tenant_id or "", row.group_id or "")


def _forget_browser() -> None:
    row = portal().sessions.find(session.get("_user_id", ""))
    if row is not None:
        portal().sessions.end(row.username, portal().now(), only=row.id)
    session.clear()


def actor(me: Person) -> Actor:
    return _actor(me.username, me.role_name)


def _actor(username: str, role: str = "") -> Actor:
    return Actor(username=username, role=role, address=_address(), request_id=request_id())


def _address() -> str:
    return request.remote_addr or ""


def _name_request() -> None:
    g.request_id = secrets.token_hex(4).upper()


def _keep_cookies(response: Response) -> Response:
    client: ApiClient | None = g.get("client")
    me = person() if client else None
    if client and me and client.cookies != g.cookies:
        with once_sent("the backend’s cookies"):
            portal().sessions.keep_cookies(me.row, client.cookies)
    return response
