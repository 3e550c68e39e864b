"""The portal with the reference API in the same process, and its demo accounts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Flask

from app import portal, reference_api
from app.config import Settings
from app.embedded import WsgiAdapter
from app.reference_api.demo import ACCOUNTS

# Never resolved: calls to it stay in this process.
_URL = "http://reference-api.invalid"
# The API has no support role; the portal gives it to this account.
_SUPPORT = "support@provider.example"

_Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def prepare(settings: Settings) -> None:
    portal.prepare(settings, support=_SUPPORT)
    reference_api.prepare(reference_api.ReferenceSettings.from_settings(settings), settings.demo_password)


def create_app(settings: Settings) -> Flask:
    api = reference_api.create_reference_api(reference_api.ReferenceSettings.from_settings(settings))
    app = portal.create_portal(settings, WsgiAdapter(api), _URL, demo_accounts=accounts())
    app.wsgi_app = _split(app.wsgi_app, api)  # type: ignore[method-assign, assignment]  # as Flask documents it
    return app


def password(settings: Settings) -> str | None:
    """Return the configured password if the accounts accept it."""
    return reference_api.current_demo_password(
        reference_api.ReferenceSettings.from_settings(settings), settings.demo_password
    )


def accounts() -> Sequence[tuple[str, str]]:
    """Return the user name and a description of each account."""
    return [(account.username, account.description) for account in ACCOUNTS]


def _split(app: _Wsgi, api: _Wsgi) -> _Wsgi:
    """Pass paths under /api/v1/ to the reference API, and all others to the portal."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (api if environ["PATH_INFO"].startswith("/api/v1/") else app)(environ, start_response)

    return serve
