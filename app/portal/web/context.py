"""Settings, stores and caches of one portal, built once at the start and used by every request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import cast

from flask import current_app
from requests.adapters import BaseAdapter
from sqlalchemy import Engine

from app.config import Settings
from app.password_hashing import LimitedHasher
from app.portal.api.authentication import CookieAuthentication
from app.portal.api.breaker import Breaker
from app.portal.api.bulkheads import Bulkheads
from app.portal.api.client import ApiClient, Limits
from app.portal.api.guard import Guard
from app.portal.api.kinds import CallGroup
from app.portal.api.page_reads import PageReads
from app.portal.api.pending_calls import CallRegistry, UsualTimes
from app.portal.api.trace import CallTrace
from app.portal.services.csp_reports import CspReports
from app.portal.services.devices.list_cache import DeviceListCache
from app.portal.services.devices.phone_types import PhoneTypeCache
from app.portal.services.gauges import GaugeService
from app.portal.services.history.events import EventRecorder
from app.portal.services.index.feed import IndexFeed
from app.portal.services.index.group_check import GroupChecks
from app.portal.services.read_cache import ReadCache
from app.portal.services.request_limits import LimitKind, RequestLimits
from app.portal.services.second_factor.service import SecondFactors
from app.portal.services.support_roles import SupportRoles
from app.portal.services.tags.resolver import Resolution
from app.portal.services.tags.table import TagTable
from app.portal.store.audit import AuditLog
from app.portal.store.audit_queries import AuditQueries
from app.portal.store.audit_queue import AuditQueue
from app.portal.store.cache_generations import CacheGenerations
from app.portal.store.confirmations import Confirmations
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.encryption import Cipher
from app.portal.store.file_versions import FileVersions
from app.portal.store.gauges import GaugeReader
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
from app.portal.store.jobs.claims import JobClaims
from app.portal.store.jobs.imports import ImportStore
from app.portal.store.jobs.jobs import JobStore
from app.portal.store.jobs.limits import JobLimits
from app.portal.store.jobs.listing import JobListing
from app.portal.store.jobs.outcomes import JobOutcomes
from app.portal.store.jobs.plans import JobPlans
from app.portal.store.jobs.present_values import PresentValues
from app.portal.store.jobs.queries import JobQueries
from app.portal.store.jobs.reboots import RebootWatches
from app.portal.store.jobs.running import RunningJobs
from app.portal.store.jobs.schedule import JobSchedule
from app.portal.store.jobs.unknowns import UnknownItems
from app.portal.store.list_settings import ListSettings
from app.portal.store.login_attempts import LoginAttempts
from app.portal.store.pending_uploads import PendingUploads
from app.portal.store.platform_limits import PlatformLimits
from app.portal.store.refusals import Refusals
from app.portal.store.request_counts import RequestCounts
from app.portal.store.saved_drafts import SavedDrafts
from app.portal.store.second_factors import FactorStore
from app.portal.store.sessions import Sessions
from app.portal.store.sign_in_steps import SignInSteps
from app.portal.store.support_accounts import SupportAccounts
from app.portal.store.tasks import TaskStore

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class PortalIndex:
    """The index, and whether the platform confirmed that a session may be shown what is in it."""

    feed: IndexFeed
    search: IndexSearch
    lookup: IndexLookup
    confirmations: Confirmations
    status_times: StatusTimes
    known_devices: KnownDevices
    recorder: IndexRecorder
    rounds: RoundStore
    progress: IndexProgressStore
    group_facts: GroupFactsReader
    device_facts: DeviceFactsReader
    place_counts: PlaceCounts
    uses: IndexUses
    checks: GroupChecks


@dataclass(frozen=True, kw_only=True)
class PortalJobs:
    """The ledger of jobs: as pages see it, as overviews do, and as workers do."""

    store: JobStore
    plans: JobPlans
    running: RunningJobs
    queries: JobQueries
    listing: JobListing
    claims: JobClaims
    outcomes: JobOutcomes
    schedule: JobSchedule
    reboots: RebootWatches
    unknowns: UnknownItems
    imports: ImportStore
    present: PresentValues


@dataclass(frozen=True, kw_only=True)
class Portal:
    settings: Settings
    adapter: BaseAdapter
    backend_url: str
    guard: Guard
    calls: CallRegistry = field(default_factory=CallRegistry)
    usual_times: UsualTimes = field(default_factory=UsualTimes)
    csp_reports: CspReports = field(default_factory=CspReports)
    engine: Engine
    cipher: Cipher
    sessions: Sessions
    login_attempts: LoginAttempts
    support_accounts: SupportAccounts
    support_roles: SupportRoles
    platform_limits: PlatformLimits
    saved_drafts: SavedDrafts
    list_settings: ListSettings
    audit_log: AuditLog
    file_versions: FileVersions
    pending_uploads: PendingUploads
    audit_queries: AuditQueries
    events: EventRecorder
    cache_generations: CacheGenerations
    index: PortalIndex
    device_lists: DeviceListCache
    resolutions: ReadCache[Resolution]
    tag_tables: ReadCache[TagTable]
    phone_types: PhoneTypeCache
    hasher: LimitedHasher
    now: Clock
    demo_accounts: Sequence[tuple[str, str]]

    @cached_property
    def clock(self) -> DatabaseClock:
        return DatabaseClock(self.engine, self.now)

    @cached_property
    def second_factors(self) -> SecondFactors:
        return SecondFactors(FactorStore(self.engine), self.login_attempts, self.events, self.now)

    @property
    def sign_in_steps(self) -> SignInSteps:
        return SignInSteps(self.engine)

    @property
    def audit_queue(self) -> AuditQueue:
        return AuditQueue(self.engine)

    @cached_property
    def request_limits(self) -> RequestLimits:
        settings = self.settings
        limits = {
            LimitKind.WRITES: settings.writes_per_minute,
            LimitKind.EXPORTS: settings.exports_per_minute,
            LimitKind.SEARCHES: settings.searches_per_minute,
            LimitKind.UPLOADS: settings.uploads_per_minute,
            LimitKind.JOBS: settings.job_commands_per_minute,
        }
        return RequestLimits(RequestCounts(self.engine, self.clock), limits)

    @property
    def refusals(self) -> Refusals:
        return Refusals(self.engine)

    @property
    def tasks(self) -> TaskStore:
        """Return the tasks of the background process."""
        return TaskStore(self.engine, self.clock)

    @cached_property
    def gauges(self) -> GaugeService:
        """Return the figures of the database for monitoring."""
        longest_write = self.settings.longest_write
        return GaugeService(GaugeReader(self.engine, self.clock, self.now, self.sessions, longest_write))

    @cached_property
    def jobs(self) -> PortalJobs:
        engine, clock, settings = self.engine, self.clock, self.settings
        return PortalJobs(
            store=JobStore(engine, JobLimits(settings.job_items, settings.jobs_per_person)),
            plans=JobPlans(engine),
            running=RunningJobs(engine),
            queries=JobQueries(engine),
            listing=JobListing(engine),
            claims=JobClaims(engine, clock, settings.job_lease_seconds),
            outcomes=JobOutcomes(engine, clock),
            schedule=JobSchedule(engine, clock),
            reboots=RebootWatches(engine, clock, settings.reboot_watch_seconds),
            unknowns=UnknownItems(engine, clock, settings.longest_write),
            imports=ImportStore(engine, clock),
            present=PresentValues(engine),
        )

    def client(self, cookies: Mapping[str, str], trace: CallTrace, reads: PageReads | None = None) -> ApiClient:
        """Return a client for one user and one request, over the adapter that all share."""
        return ApiClient(
            self.backend_url,
            self.adapter,
            self._limits,
            authentication=CookieAuthentication(cookies),
            prefix=self.settings.api_prefix,
            trace=trace,
            reads=reads,
            guard=self.guard,
        )

    def background_client(self, adapter: BaseAdapter) -> ApiClient:
        """Return a client in which nobody is signed in, for one call after the other: there is nothing to guard."""
        return ApiClient(self.backend_url, adapter, self._limits, prefix=self.settings.api_prefix)

    def probe(self, seconds: float) -> ApiClient:
        """Return a client in which nobody is signed in, whose calls wait for no other and take so many seconds."""
        limits = Limits(connect=seconds, read_total=seconds, write_total=seconds, max_bytes=1 << 16)
        return ApiClient(self.backend_url, self.adapter, limits, prefix=self.settings.api_prefix)

    @property
    def _limits(self) -> Limits:
        return Limits(
            connect=self.settings.connect_timeout,
            read_total=self.settings.read_timeout,
            write_total=self.settings.write_timeout,
            max_bytes=self.settings.max_answer_bytes,
        )

    def page_reads(self, owner: str, until: float | None, *, is_joined: bool) -> PageReads:
        """Return the reads of one request of this owner; it waits for them until this time of the monotonic clock."""
        return PageReads(self.calls, self.usual_times, owner, until, is_joined=is_joined)


def build_guard(settings: Settings) -> Guard:
    places = {
        CallGroup.LIST: settings.list_calls,
        CallGroup.DETAIL: settings.detail_calls,
        CallGroup.WRITE: settings.write_calls,
        CallGroup.SIGN_IN: settings.sign_in_calls,
    }
    return Guard(Breaker(settings.breaker_failures), Bulkheads(places))


def portal() -> Portal:
    return cast(Portal, current_app.extensions["portal"])
