"""The reference API: an access-device backend that follows the APIO contract, with its own database."""

from datetime import timedelta
from pathlib import Path

from flask import Flask, Request
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from app.database import acquire_locks, connect, reading, snapshot, upgrade, writing
from app.database_time import DatabaseTime
from app.edge.request_body import LimitedRequest
from app.password_hashing import LimitedHasher
from app.reference_api import access_check, demo, json_http, routes
from app.reference_api.auth import Authenticator
from app.reference_api.context import EXTENSION, ApiServices
from app.reference_api.disturbing import DisturbedApi
from app.reference_api.reboots import RebootSimulation
from app.reference_api.settings import ReferenceSettings

__all__ = ["ReferenceSettings", "create_reference_api", "current_demo_password", "prepare"]

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "api_alembic"
MAX_BODY = 256 << 10


class ReferenceApi(Flask):
    def raise_routing_exception(self, request: Request) -> None:  # type: ignore[override]  # never returns
        """Answer 404 to an address without its closing slash, where Flask would redirect."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise NotFound
        super().raise_routing_exception(request)


def create_reference_api(settings: ReferenceSettings, hasher: LimitedHasher | None = None) -> Flask:
    """Build the API over a database that `prepare` has made; tests give a `hasher` that costs less."""
    app = ReferenceApi(__name__, static_folder=None, template_folder=None)
    app.request_class = LimitedRequest
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_map.strict_slashes = settings.requires_slash
    engine = connect(settings.database_url, settings.database_limits)
    clock, hasher = settings.clock or DatabaseTime(engine), hasher or LimitedHasher()
    app.extensions[EXTENSION] = ApiServices(
        engine=engine,
        hasher=hasher,
        authenticator=Authenticator(engine, hasher, clock, timedelta(hours=settings.session_hours)),
        reboots=RebootSimulation(clock, timedelta(seconds=settings.reboot_seconds)),
    )
    app.before_request(access_check.check_access)
    app.after_request(json_http.add_headers)
    json_http.handle_errors(app)
    routes.register(app)
    if settings.disturbance.delays or settings.disturbance.share:
        app.wsgi_app = DisturbedApi(app.wsgi_app, settings.disturbance)  # type: ignore[method-assign]
    return app


def prepare(settings: ReferenceSettings, demo_password: str, service_password: str = "") -> None:
    """Bring the database up to date, and fill an empty one with the demo data.

    With a `service_password`, a demo has an account for programs with this password.
    """
    engine = connect(settings.database_url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    with reading(engine) as session:
        is_empty = demo.is_empty(session)
    password_hash = LimitedHasher().hash(demo_password) if is_empty else ""  # before the transaction that locks
    with writing(engine) as session:
        acquire_locks(session.connection(), "the demo world", no_timeout=True)
        if demo.is_empty(session):
            demo.fill(session, password_hash)
    if service_password:
        _prepare_service_account(engine, service_password)
    engine.dispose()


def _prepare_service_account(engine: Engine, password: str) -> None:
    hasher = LimitedHasher()
    with snapshot(engine) as session:
        is_ready = demo.has_password(session, hasher, password, demo.SERVICE_ACCOUNT)
        if is_ready or not demo.has_all_accounts(session):
            return
    password_hash = hasher.hash(password)
    with writing(engine) as session:
        demo.write_account(session, demo.SERVICE_ACCOUNT, password_hash)


def current_demo_password(settings: ReferenceSettings, demo_password: str) -> str | None:
    """Return the password if the demo accounts accept it: they keep the one that they were made with."""
    engine = connect(settings.database_url)
    with reading(engine) as session:
        is_current = demo.has_password(session, LimitedHasher(), demo_password)
    engine.dispose()
    return demo_password if is_current else None
