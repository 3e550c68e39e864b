"""A small world with a named cast, in which the portal runs over the reference API as it does in the demo."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from requests.adapters import BaseAdapter
from sqlalchemy import Engine, select

from app.config import Settings
from app.database import snapshot
from app.embedded import WsgiAdapter
from app.password_hashing import LimitedHasher
from app.portal import create_portal
from app.portal.domain.audit import WRITES
from app.portal.store.tables import Base, Change, Outcome
from app.portal.web.context import Portal
from app.reference_api import ReferenceSettings, create_reference_api
from app.reference_api.tables import Base as ApiBase
from tests.support.client import Browser
from tests.support.kept import KeptTemplates, keep_statements

PASSWORD = "correct horse battery"
API = "http://reference-api.invalid"


@dataclass(frozen=True)
class Member:
    """One of the cast, with the account that the backend knows."""

    username: str
    level: int
    tenant: str | None = None
    group: str | None = None
    must_change_password: bool = False


OWNER = Member("owner@acme.example", 8, "acme", "headquarters")
COLLEAGUE = Member("colleague@acme.example", 8, "acme", "headquarters")
TENANT_ADMIN = Member("tenant@acme.example", 12, "acme")
SUPPORT = Member("support@provider.example", 16)
SYSTEM_ADMIN = Member("admin@provider.example", 16)
STRANGER = Member("stranger@globex.example", 8, "globex", "amsterdam")
DEPARTMENT_ADMIN = Member("department@acme.example", 4, "acme", "headquarters")
END_USER = Member("user@acme.example", 0, "acme", "headquarters")
NEWCOMER = Member("newcomer@acme.example", 8, "acme", "headquarters", must_change_password=True)

CAST = (OWNER, COLLEAGUE, TENANT_ADMIN, SUPPORT, SYSTEM_ADMIN, STRANGER, DEPARTMENT_ADMIN, END_USER, NEWCOMER)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)


class CountingHasher(LimitedHasher):
    """Cheap, and knows how often it was put to work."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8)
        self.count = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.count += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002
        self.count += 1
        return super().verify(hash, password)


def settings_in(folder: Path, **changes: Any) -> Settings:
    usual = Settings(
        backend_url="",
        api_prefix="/api/v1/",
        platform_url="",
        public_url="",
        instance=folder,
        trusted_hosts=(),
        database_url=f"sqlite:///{folder}/portal.db",
        database_connections=10,
        database_connect_timeout=5,
        database_statement_timeout=30,
        database_idle_timeout=30,
        database_tcp_timeout=10,
        secret_key="a key that nobody guesses",
        encryption_keys=("a first key that nobody guesses",),
        reference_database_url=f"sqlite:///{folder}/reference_api.db",
        demo_password=PASSWORD,
        service_username="",
        service_password="",
        metrics_token="",
        otlp_endpoint="",
        sentry_dsn="",
        service_hours=12,
        jobs="off",
        job_lease_seconds=30,
        job_items=10_000,
        jobs_per_person=50,
        job_days=90,
        index_calls_per_minute=60_000,
        index_round_minutes=15,
        host="127.0.0.1",
        port=0,
        workers=1,
        connections=100,
        client_timeout=10,
        stop_delay=0,
        proxies=0,
        connect_timeout=1,
        read_timeout=1,
        write_timeout=1,
        list_calls=4,
        detail_calls=16,
        write_calls=8,
        sign_in_calls=4,
        breaker_failures=1000,
        page_seconds=60,
        list_timeout=1,
        max_answer_bytes=1 << 20,
        max_form_bytes=1 << 15,
        import_bytes=1 << 16,
        import_rows=100,
        snapshot_seconds=10,
        recheck_seconds=60,
        cache_mb=16,
        idle_minutes=30,
        writes_per_minute=1_000_000,
        exports_per_minute=1_000_000,
        searches_per_minute=1_000_000,
        uploads_per_minute=1_000_000,
        job_commands_per_minute=1_000_000,
        sessions_per_account=20,
        session_hours=12,
        reboot_watch_seconds=120,
        history_days=730,
        second_factor=frozenset(),
        step_up=frozenset({"delete", "bulk", "staff", "files"}),
        audit_log="",
        file_versions=100,
        file_version_days=730,
        index_days=0,
        reference_delays={},
        reference_failures=(0.0, ()),
        reference_slashes="strict",
        reference_reboot_seconds=20,
        security_contact="",
        log_level="DEBUG",
    )
    return replace(usual, **changes)


@dataclass
class World:
    """The apps, and what stands still or counts in them. `portals` are as many workers over one database."""

    settings: Settings
    templates: Path
    clock: Clock = field(default_factory=Clock)
    hasher: CountingHasher = field(default_factory=CountingHasher)
    portals: list[Flask] = field(default_factory=list)

    def __post_init__(self) -> None:
        reference = ReferenceSettings(database_url=self.settings.reference_database_url, clock=self.clock)
        self.api = create_reference_api(reference, self.hasher)
        keep_statements(self.api_engine)
        self.portal = self.another_portal()

    def another_portal(
        self,
        wire: Callable[[BaseAdapter], BaseAdapter] = lambda adapter: adapter,
        now: Callable[[], datetime] | None = None,
        **changes: Any,
    ) -> Flask:
        """A further worker; `wire` stands between it and the API, `now` and `changes` (of settings) are its own."""
        settings, adapter = replace(self.settings, **changes), wire(WsgiAdapter(self.api))
        app = create_portal(settings, adapter, API, now=now or self.clock, hasher=self.hasher)
        return self.keep(app)

    def keep(self, app: Flask) -> Flask:
        """Add a portal that somebody else created."""
        app.jinja_env.bytecode_cache = KeptTemplates(str(self.templates))
        keep_statements(self.held_by(app).engine, *self.held_by(app).settings.encryption_keys)
        self.portals.append(app)
        return app

    def held_by(self, app: Flask | None = None) -> Portal:
        held: Portal = (app or self.portal).extensions["portal"]
        return held

    def nobody(self, app: Flask | None = None, **kwargs: Any) -> Browser:
        return Browser(app or self.portal, **kwargs)

    def browser(self, member: Member, app: Flask | None = None, **kwargs: Any) -> Browser:
        """A browser in which the member has signed in."""
        browser = self.nobody(app, **kwargs)
        answer = browser.sign_in(member.username, PASSWORD)
        assert answer.status == 303, answer.text
        return browser

    def tell_api(self, method: str, path: str, body: object, member: Member = SYSTEM_ADMIN) -> Any:
        """Something done at the backend past the portal; `path` is below /api/v1/."""
        client = self.api.test_client()
        client.post("/api/v1/login/", json={"username": member.username, "password": PASSWORD})
        answer = client.open(f"/api/v1/{path}", method=method, json=body)
        assert answer.status_code < 400, answer.text
        return answer.get_json()

    def end_backend_sessions(self) -> None:
        with self.api_engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM api_sessions")

    @property
    def api_engine(self) -> Engine:
        engine: Engine = self.api.extensions["reference_api"].engine
        return engine

    def contents(self) -> Mapping[str, list[Any]]:
        """Every row of both databases, by table."""
        found = {}
        for engine, base in ((self.held_by().engine, Base), (self.api_engine, ApiBase)):
            with engine.connect() as connection:
                for table in base.metadata.sorted_tables:
                    found[table.name] = list(connection.execute(table.select()))
        return found

    def changes(self) -> list[tuple[Change, list[str]]]:
        """The writes in the ledger from its beginning: each with the outcomes noted of it."""
        return [(change, found) for change, found in self.entries() if change.action in WRITES]

    def entries(self) -> list[tuple[Change, list[str]]]:
        """The same of all that is in the ledger."""
        with snapshot(self.held_by().engine) as db:
            outcomes = list(db.scalars(select(Outcome).order_by(Outcome.id)))
            changes = list(db.scalars(select(Change).order_by(Change.id)))
        return [(change, [each.outcome for each in outcomes if each.change_id == change.id]) for change in changes]

    def database_bytes(self) -> bytes:
        """All that lies on disk of the portal's database."""
        file = Path(self.settings.database_url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))

    def close(self) -> None:
        for app in self.portals:
            self.held_by(app).engine.dispose()
        self.api_engine.dispose()
