"""The portal with the reference API in the same process, and its demo accounts."""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flask import Flask

from app import portal, reference_api
from app.config import Settings
from app.edge.application import Edge
from app.embedded import WsgiAdapter
from app.portal.store.login_attempts import WINDOW
from app.portal.web.context import Portal
from app.reference_api.demo import ACCOUNTS, SERVICE_ACCOUNT
from app.reference_api.outside import OutsideApi

# Never resolved: calls to it stay in this process.
_URL = "http://reference-api.invalid"
# The API has no support role; the portal gives it to this account.
_SUPPORT = "support@provider.example"


class _PortalAttempts:
    """The portal's own count of wrong passwords, for sign-ins at the API from outside."""

    window_seconds = int(WINDOW.total_seconds())

    def __init__(self, held: Portal) -> None:
        self._held = held

    def register(self, username: str, address: str) -> int | None:
        return self._held.login_attempts.register(username, address, self._held.now())

    def discard(self, attempt_id: int) -> None:
        self._held.login_attempts.discard(attempt_id)


def prepare(settings: Settings) -> None:
    portal.prepare(settings, support=_SUPPORT)
    api_settings = reference_api.ReferenceSettings.from_settings(settings)
    reference_api.prepare(api_settings, settings.demo_password, _service_password(settings))


def create_app(settings: Settings) -> Flask:
    api = reference_api.create_reference_api(reference_api.ReferenceSettings.from_settings(settings))
    settings = _with_service_account(settings)
    app = portal.create_portal(settings, WsgiAdapter(api), _URL, demo_accounts=accounts())
    cast(Edge, app.wsgi_app).mount("/api/v1/", OutsideApi(api, _PortalAttempts(app.extensions["portal"])))
    return app


def build_portal(settings: Settings) -> Portal:
    """Return the portal without its pages, over a reference API of its own on the same database."""
    api = reference_api.create_reference_api(reference_api.ReferenceSettings.from_settings(settings))
    return portal.build_portal(_with_service_account(settings), WsgiAdapter(api), _URL)


def password(settings: Settings) -> str | None:
    """Return the configured password if the accounts accept it."""
    return reference_api.current_demo_password(
        reference_api.ReferenceSettings.from_settings(settings), settings.demo_password
    )


def accounts() -> Sequence[tuple[str, str]]:
    """Return the user name and a description of each account."""
    return [(account.username, account.description) for account in ACCOUNTS]


def _with_service_account(settings: Settings) -> Settings:
    """Return settings with the service account of the demo, unless they name another."""
    if settings.service_username:
        return settings
    return replace(settings, service_username=SERVICE_ACCOUNT.username, service_password=_service_password(settings))


def _service_password(settings: Settings) -> str:
    """Return a password that every process of the demo knows and nobody needs to store."""
    return hmac.digest(settings.secret_key.encode(), b"service account of the demo", "sha256").hex()
