"""The services of the signed-in user, built once a request."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, g

from app.portal.api.client import ApiClient
from app.portal.services.changes.executor import ChangeExecutor, once_sent
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.devices.mac_lookup import MacLookup
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory
from app.portal.services.files.changes import FileChanges
from app.portal.services.files.service import ConfigFiles
from app.portal.services.lines.service import Lines
from app.portal.services.tags.service import Tags
from app.portal.web.context import portal
from app.portal.web.session import actor, current_user, current_user_or_none, request_id


@dataclass(frozen=True)
class Services:
    """The backend, noun by noun, as one user may use it."""

    directory: Directory
    devices: Devices
    lines: Lines
    mac_lookup: MacLookup
    phone_types: PhoneTypes
    tags: Tags
    config_files: ConfigFiles
    file_changes: FileChanges


def init_app(app: Flask) -> None:
    app.after_request(_keep_cookies)


def services() -> Services:
    """Return the backend as the signed-in user may use it; one client a request."""
    if "services" not in g:
        user = current_user()
        g.cookies = user.row.backend_cookies or {}
        g.client = portal().client(g.cookies, request_id())
        executor = ChangeExecutor(
            portal().audit_log, portal().cache_generations, actor(user), portal().settings.longest_write, portal().now
        )
        reconciler = Reconciler(
            portal().audit_log,
            portal().cache_generations,
            portal().file_versions,
            portal().settings.longest_write,
            portal().now,
        )
        directory, files = Directory(g.client), ConfigFiles(g.client)
        devices = Devices(g.client, executor, reconciler, portal().audit_log, portal().device_lists, user.username)
        g.services = Services(
            directory=directory,
            devices=devices,
            lines=Lines(g.client, executor, reconciler),
            mac_lookup=MacLookup(g.client, directory, devices, user.reaches, portal().now),
            phone_types=PhoneTypes(g.client),
            tags=Tags(
                g.client, files, portal().file_versions, portal().resolutions, portal().tag_tables, user.username
            ),
            config_files=files,
            file_changes=FileChanges(
                g.client,
                executor,
                reconciler,
                files,
                portal().file_versions,
                portal().pending_uploads,
                user.username,
                portal().now,
            ),
        )
    return cast(Services, g.services)


def _keep_cookies(response: Response) -> Response:
    client: ApiClient | None = g.get("client")
    user = current_user_or_none() if client else None
    if client and user and client.cookies != g.cookies:
        with once_sent("the backend’s cookies"):
            portal().sessions.keep_cookies(user.row, client.cookies)
    return response
