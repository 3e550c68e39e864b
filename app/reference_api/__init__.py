"""The reference API: an access-device backend that follows the APIO contract, with its own database."""

from datetime import timedelta
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask, Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from app.database import connect, one_at_a_time, reading, upgrade, writing
from app.reference_api import demo, gate, routes, wire
from app.reference_api.auth import Door
from app.reference_api.context import EXTENSION, Collaborators
from app.reference_api.reboots import Reboots
from app.reference_api.settings import ReferenceSettings

__all__ = ["ReferenceSettings", "create_reference_api", "known_password", "prepare"]

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "api_alembic"
MAX_BODY = 256 << 10


class ReferenceApi(Flask):
    def raise_routing_exception(self, request: Request) -> None:  # type: ignore[override]  # never returns
        """An address without its closing slash is no address: 404 and not a redirect."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise NotFound
        super().raise_routing_exception(request)


def create_reference_api(settings: ReferenceSettings, hasher: PasswordHasher | None = None) -> Flask:
    """The API over a database that `prepare` has made; `hasher` replaces the one that the settings describe."""
    app = ReferenceApi(__name__, static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)
    engine = connect(settings.database_url)
    hasher = hasher or settings.hasher()
    app.extensions[EXTENSION] = Collaborators(
        engine=engine,
        hasher=hasher,
        door=Door(engine, hasher, settings.clock, timedelta(hours=settings.session_hours)),
        reboots=Reboots(settings.clock, timedelta(seconds=settings.reboot_seconds)),
    )
    app.before_request(gate.gate)
    app.after_request(wire.add_headers)
    wire.handle_errors(app)
    routes.register(app)
    return app


def prepare(settings: ReferenceSettings, demo_password: str) -> None:
    """Bring the database up to date, and fill an empty one with the demo world."""
    engine = connect(settings.database_url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    with writing(engine) as session:
        one_at_a_time(session.connection(), "the demo world", however_long=True)
        if demo.is_empty(session):
            demo.fill(session, settings.hasher().hash(demo_password))
    engine.dispose()


def known_password(settings: ReferenceSettings, demo_password: str) -> str | None:
    """The password if the demo accounts open with it: they keep the one that they were made with."""
    engine = connect(settings.database_url)
    with reading(engine) as session:
        holds = demo.has_password(session, settings.hasher(), demo_password)
    engine.dispose()
    return demo_password if holds else None
