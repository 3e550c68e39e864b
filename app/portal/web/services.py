"""The services of the signed-in user, built once a request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, g

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Actor
from app.portal.services.changes.executor import ChangeExecutor, once_sent
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.devices.mac_lookup import MacLookup
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory
from app.portal.services.files.changes import FileChanges
from app.portal.services.files.service import ConfigFiles
from app.portal.services.lines.service import Lines
from app.portal.services.tags.service import Tags
from app.portal.web.context import Portal, portal
from app.portal.web.session import actor, current_user, current_user_or_none, request_id


@dataclass(frozen=True)
class Services:
    """What the portal does, noun by noun, as one user may use it."""

    directory: Directory
    devices: Devices
    device_history: DeviceHistory
    lines: Lines
    mac_lookup: MacLookup
    phone_types: PhoneTypes
    tags: Tags
    config_files: ConfigFiles
    file_changes: FileChanges


def init_app(app: Flask) -> None:
    app.after_request(_keep_cookies)


def services() -> Services:
    """Return the services of the signed-in user; one client a request."""
    if "services" not in g:
        user = current_user()
        g.cookies = user.row.backend_cookies or {}
        g.client = portal().client(g.cookies, request_id())
        g.services = build_services(portal(), g.client, actor(user), user.reaches)
    return cast(Services, g.services)


def build_services(portal: Portal, client: ApiClient, actor: Actor, reaches: Callable[[str, str], bool]) -> Services:
    """`reaches` tells whether a group, by tenant and group, lies within the scope of the user."""
    audit_log, generations, versions = portal.audit_log, portal.cache_generations, portal.file_versions
    longest_write, now, username = portal.settings.longest_write, portal.now, actor.username
    executor = ChangeExecutor(audit_log, generations, actor, longest_write, now)
    reconciler = Reconciler(audit_log, generations, versions, longest_write, now)
    directory, files = Directory(client), ConfigFiles(client)
    devices = Devices(client, executor, reconciler, audit_log, portal.device_lists, username)
    return Services(
        directory=directory,
        devices=devices,
        device_history=DeviceHistory(audit_log),
        lines=Lines(client, executor, reconciler),
        mac_lookup=MacLookup(client, directory, devices, reaches, now),
        phone_types=PhoneTypes(client),
        tags=Tags(client, files, versions, portal.resolutions, portal.tag_tables, username),
        config_files=files,
        file_changes=FileChanges(client, executor, reconciler, files, versions, portal.pending_uploads, username, now),
    )


def _keep_cookies(response: Response) -> Response:
    client: ApiClient | None = g.get("client")
    user = current_user_or_none() if client else None
    if client and user and client.cookies != g.cookies:
        with once_sent("the backend’s cookies"):
            portal().sessions.keep_cookies(user.row, client.cookies)
    return response
