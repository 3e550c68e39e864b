"""The portal: the web application itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined
from requests.adapters import BaseAdapter
from sqlalchemy import Engine

from app.config import Settings
from app.database import connect, upgrade
from app.database_time import DatabaseTime
from app.edge.application import Edge
from app.metrics import watch_pool
from app.password_hashing import LimitedHasher
from app.paths import ROOT
from app.portal import cli
from app.portal.domain.audit import by_itself
from app.portal.services.devices.list_cache import DeviceListCache
from app.portal.services.devices.list_copies import ListCopies
from app.portal.services.devices.list_refresh import ListRefresh
from app.portal.services.devices.phone_types import PhoneTypeCache
from app.portal.services.history.events import EventRecorder
from app.portal.services.index.feed import IndexFeed
from app.portal.services.index.group_check import GroupChecks
from app.portal.services.overview.figures import OFFLINE
from app.portal.services.read_cache import ReadCache
from app.portal.services.support_roles import SupportRoles
from app.portal.store.audit import AuditLog
from app.portal.store.audit_queries import AuditQueries
from app.portal.store.cache_generations import CacheGenerations
from app.portal.store.confirmations import Confirmations
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.device_lists import DeviceListStore
from app.portal.store.encryption import Cipher, use_cipher
from app.portal.store.expiry import drop_expired
from app.portal.store.file_versions import FileVersions
from app.portal.store.index.checks import CheckStore
from app.portal.store.index.device_facts import DeviceFactsReader
from app.portal.store.index.group_facts import GroupFactsReader
from app.portal.store.index.last_known import KnownDevices
from app.portal.store.index.lookups import IndexLookup
from app.portal.store.index.place_counts import PlaceCounts
from app.portal.store.index.progress import IndexProgressStore
from app.portal.store.index.recording import IndexRecorder
from app.portal.store.index.rounds import RoundStore
from app.portal.store.index.searching import IndexSearch
from app.portal.store.index.status_times import StatusTimes
from app.portal.store.index.uses import IndexUses
from app.portal.store.jobs.pruning import prune_jobs
from app.portal.store.list_settings import ListSettings
from app.portal.store.login_attempts import LoginAttempts
from app.portal.store.pending_uploads import PendingUploads
from app.portal.store.platform_limits import PlatformLimits
from app.portal.store.refusals import Refusals
from app.portal.store.retention import THE_PORTAL, prune
from app.portal.store.saved_drafts import SavedDrafts
from app.portal.store.schema import MIGRATIONS, VERSION_TABLE
from app.portal.store.sessions import Sessions
from app.portal.store.support_accounts import SupportAccounts
from app.portal.views.blueprints import BLUEPRINTS
from app.portal.web import (
    access,
    asking,
    assets,
    errors,
    filters,
    headers,
    htmx,
    job_sign,
    list_context,
    notes,
    polling,
    request_limits,
    request_log,
    second_factor,
    services,
    session,
    sign_in_redirect,
    submissions,
    templating,
    top_bar,
)
from app.portal.web.context import Clock, Portal, PortalIndex, build_guard
from app.portal.web.converters import NameConverter
from app.portal.web.csrf import EncryptedCsrf
from app.portal.web.portal_app import PortalApp

_MOST_FIELDS = 10_000  # of a form; a view may set another limit
_ENCODINGS = ["zstd", "br", "gzip"]


def prepare(settings: Settings, support: str | None = None) -> None:
    """Create or upgrade the portal's tables and delete what is kept no longer. Runs before workers start.

    In a new database the account `support` gets the support role.
    """
    engine = connect(settings.database_url)
    try:
        _prepare_tables(engine, settings, support)
    finally:
        engine.dispose()


def _prepare_tables(engine: Engine, settings: Settings, support: str | None) -> None:
    now = DatabaseTime(engine)
    if upgrade(engine, MIGRATIONS, VERSION_TABLE) and support:
        events = EventRecorder(AuditLog(engine), Refusals(engine))
        SupportRoles(SupportAccounts(engine), events, now).give(support, by_itself("the demo"))
    prune(engine, settings.history_days, THE_PORTAL, now(), is_exported=bool(settings.audit_log))
    drop_expired(engine, now())
    prune_jobs(engine, settings.job_days, now())


def create_portal(
    settings: Settings,
    adapter: BaseAdapter,
    backend_url: str,
    now: Clock | None = None,
    hasher: LimitedHasher | None = None,
    demo_accounts: Sequence[tuple[str, str]] = (),
) -> Flask:
    """Return the portal over a backend that is reached through `adapter` at `backend_url`.

    `hasher` makes a locked account answer no faster than a wrong password. `demo_accounts`, user names with a few
    words on each, are offered on the sign-in page.
    """
    app = PortalApp("app.portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    _configure(app, settings)
    app.extensions["portal"] = build_portal(settings, adapter, backend_url, now, hasher, demo_accounts)
    request_log.init_app(app)
    Compress(app)  # first of all, for Flask asks it last
    htmx.init_app(app)
    headers.init_app(app)
    polling.init_app(app)
    session.init_app(app)
    services.init_app(app)
    csrf = _install_checks(app)
    errors.init_app(app)
    request_limits.init_app(app)
    asking.init_app(app)
    templating.init_app(app)
    job_sign.init_app(app)
    list_context.init_app(app)
    submissions.init_app(app)
    notes.init_app(app)
    top_bar.init_app(app)
    assets.init_app(app)
    cli.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.public(app.view_functions["static"])
    csrf.exempt(app.view_functions["site.collect_csp_reports"])
    return app


def _install_checks(app: Flask) -> EncryptedCsrf:
    """Check access, then the token: a form from another site is not even kept as a draft."""
    access.install_access_check(
        app,
        sign_in_redirect.redirect_to_sign_in,
        session.extend_session,
        session.record_refusal,
        request_limits.count_request,
        second_factor.ask_for_code,
    )
    return EncryptedCsrf(app)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # The API shares the host, and its cookie is called sessionid.
        SESSION_COOKIE_NAME="__Host-portal" if settings.is_https else "portal",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.max_form_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_form_bytes,  # of a text in a multipart form
        MAX_FORM_PARTS=_MOST_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open for an hour is still a form
        WTF_CSRF_SSL_STRICT=False,  # the access check looks at Origin; a browser that hides the Referer is welcome
        COMPRESS_ALGORITHM=_ENCODINGS,
        COMPRESS_ALGORITHM_STREAMING=_ENCODINGS,
        COMPRESS_ZSTD_LEVEL=1,  # 4 % larger than at level 3, in three quarters of the time
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/csv", "text/javascript", "image/svg+xml"],
    )
    app.url_map.converters["name"] = NameConverter
    app.url_map.merge_slashes = False  # a name is carried exactly or not at all
    app.jinja_environment = templating.PlainEnvironment
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": StrictUndefined,
        "finalize": filters.finalize,
    }
    app.wsgi_app = Edge(app.wsgi_app, settings)  # type: ignore[method-assign]  # as Flask documents it


def build_portal(
    settings: Settings,
    adapter: BaseAdapter,
    backend_url: str,
    now: Clock | None = None,
    hasher: LimitedHasher | None = None,
    demo_accounts: Sequence[tuple[str, str]] = (),
) -> Portal:
    """Return what `create_portal` works with. Without `now`, the time is that of the database."""
    engine, cipher, now = _connect(settings, now)
    clock, audit_log, generations = DatabaseClock(engine, now), AuditLog(engine), CacheGenerations(engine)
    index = _build_index(settings, engine, clock)
    events, support_accounts = EventRecorder(audit_log, Refusals(engine)), SupportAccounts(engine)
    return Portal(
        settings=settings,
        adapter=adapter,
        backend_url=backend_url,
        guard=build_guard(settings),
        engine=engine,
        cipher=cipher,
        sessions=_build_sessions(settings, engine),
        login_attempts=LoginAttempts(engine),
        support_accounts=support_accounts,
        support_roles=SupportRoles(support_accounts, events, now),
        platform_limits=PlatformLimits(engine),
        saved_drafts=SavedDrafts(engine),
        list_settings=ListSettings(engine),
        file_versions=FileVersions(engine, settings.file_versions, timedelta(days=settings.file_version_days)),
        pending_uploads=PendingUploads(engine),
        audit_log=audit_log,
        audit_queries=AuditQueries(engine),
        events=events,
        cache_generations=generations,
        index=index,
        device_lists=_build_device_lists(settings, engine, clock, audit_log, index),
        resolutions=_build_cache(settings, generations, now, "tags"),
        tag_tables=_build_cache(settings, generations, now, "tag_tables"),
        phone_types=PhoneTypeCache(now),
        hasher=hasher or LimitedHasher(),
        now=now,
        demo_accounts=demo_accounts,
    )


def _connect(settings: Settings, now: Clock | None) -> tuple[Engine, Cipher, Clock]:
    engine, cipher = connect(settings.database_url, settings.database_limits), Cipher(settings.encryption_keys)
    use_cipher(engine, cipher)
    watch_pool(engine)
    return engine, cipher, now or DatabaseTime(engine)


def _build_cache(settings: Settings, generations: CacheGenerations, now: Clock, name: str) -> ReadCache[Any]:
    return ReadCache(generations, timedelta(seconds=settings.snapshot_seconds), now, max_entries=32, name=name)


def _build_sessions(settings: Settings, engine: Engine) -> Sessions:
    idle, absolute = timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.session_hours)
    return Sessions(engine, idle, absolute, settings.sessions_per_account)


def _build_index(settings: Settings, engine: Engine, clock: DatabaseClock) -> PortalIndex:
    recorder = IndexRecorder(engine, clock)
    return PortalIndex(
        feed=IndexFeed(recorder, is_on=bool(settings.index_days)),
        search=IndexSearch(engine),
        lookup=IndexLookup(engine),
        confirmations=Confirmations(engine, clock),
        status_times=StatusTimes(engine),
        group_facts=GroupFactsReader(engine, OFFLINE, most=10),
        known_devices=KnownDevices(engine),
        place_counts=PlaceCounts(engine),
        uses=IndexUses(engine),
        checks=GroupChecks(CheckStore(engine, clock), recorder),
        recorder=recorder,
        rounds=RoundStore(engine, clock),
        progress=IndexProgressStore(engine, clock),
        device_facts=DeviceFactsReader(engine),
    )


def _build_device_lists(
    settings: Settings, engine: Engine, clock: DatabaseClock, audit_log: AuditLog, index: PortalIndex
) -> DeviceListCache:
    store = DeviceListStore(engine, clock)
    return DeviceListCache(
        store,
        ListRefresh(store, index.confirmations, index.feed),
        ListCopies(store, audit_log, PlatformLimits(engine), settings.cache_mb << 20),
        max_age=timedelta(seconds=settings.snapshot_seconds),
        recheck=timedelta(seconds=settings.recheck_seconds),
        page_wait=settings.page_seconds,
    )
