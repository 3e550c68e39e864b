"""The services of the signed-in user, built once a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, current_app, g, request

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Actor
from app.portal.domain.refs import GroupRef
from app.portal.domain.users import User
from app.portal.services.accounts import Accounts
from app.portal.services.changes.executor import ChangeExecutor, ItemGuard, log_database_errors
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.devices.list_columns import ListColumns
from app.portal.services.devices.list_reading import ListReader
from app.portal.services.devices.mac_lookup import MacLookup
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory
from app.portal.services.files.changes import FileChanges
from app.portal.services.files.service import ConfigFiles
from app.portal.services.health import PROBE_SECONDS, check_health
from app.portal.services.history.service import History
from app.portal.services.imports.checking import SheetCheck
from app.portal.services.imports.service import Imports
from app.portal.services.imports.sheets import SheetLimits
from app.portal.services.imports.taken import TakenMacs
from app.portal.services.index.last_known import LastKnown
from app.portal.services.index.since import StatusSince
from app.portal.services.index.where_used import WhereUsed
from app.portal.services.jobs.reports import JobReports
from app.portal.services.jobs.service import Jobs
from app.portal.services.lines.service import Lines
from app.portal.services.overview.group import GroupOverview
from app.portal.services.overview.jobs import JobsUnderWay
from app.portal.services.overview.places import Places
from app.portal.services.saved_views import SavedViews
from app.portal.services.search.confirmation import ScopeConfirmation
from app.portal.services.search.live import LiveSearch
from app.portal.services.search.pasted import ListSearch
from app.portal.services.search.service import Search
from app.portal.services.search.update import SearchUpdate
from app.portal.services.side_by_side import DeviceRead, SideBySide
from app.portal.services.support_roles import SupportRoles
from app.portal.services.tags.service import Tags
from app.portal.services.undo.service import Undo
from app.portal.web import htmx, polling
from app.portal.web.access import access_of
from app.portal.web.context import Portal, portal
from app.portal.web.notes import read_note
from app.portal.web.session import actor, current_user, current_user_or_none, request_id
from app.portal.web.submissions import submission


@dataclass(frozen=True)
class Overviews:
    group: GroupOverview
    places: Places
    where_used: WhereUsed
    jobs: JobsUnderWay


@dataclass(frozen=True)
class Searches:
    """The searches over everything: of the index, of the index for pasted lists, and of the platform itself."""

    index: Search
    lists: ListSearch
    live: LiveSearch
    update: SearchUpdate
    confirmation: ScopeConfirmation


@dataclass(frozen=True)
class Services:
    """The services of the portal as one user may use them."""

    accounts: Accounts
    directory: Directory
    history: History
    devices: Devices
    list_columns: ListColumns
    saved_views: SavedViews
    device_history: DeviceHistory
    lines: Lines
    mac_lookup: MacLookup
    phone_types: PhoneTypes
    support_roles: SupportRoles
    tags: Tags
    config_files: ConfigFiles
    file_changes: FileChanges
    side_by_side: SideBySide
    searches: Searches
    overviews: Overviews
    last_known: LastKnown
    status_since: StatusSince
    undo: Undo
    jobs: Jobs
    imports: Imports
    job_reports: JobReports


def init_app(app: Flask) -> None:
    app.after_request(_keep_cookies)
    app.after_request(_finish_reads)


def services() -> Services:
    """Return the services of the signed-in user; one client a request."""
    if "services" not in g:
        user = current_user()
        g.cookies = user.row.backend_cookies or {}
        g.reads = portal().page_reads(user.session_id, _page_deadline(), is_joined=_is_read())
        g.client = portal().client(g.cookies, request_id(), g.reads)
        form = ("", "") if _is_read() else (submission(), read_note())
        g.services = build_services(portal(), g.client, user, actor(user), *form)
    return cast(Services, g.services)


def reads(*reads: DeviceRead) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Begin these reads of the device that the URL names before the view runs, so that it waits once for all."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def begin_and_view(tenant: str, group: str, device: str, **url_args: Any) -> Any:
            for read in reads:
                services().side_by_side.begin(read, GroupRef(tenant, group), device, url_args.get("file", ""))
            return view(tenant=tenant, group=group, device=device, **url_args)

        return begin_and_view

    return decorate


def build_services(
    portal: Portal,
    client: ApiClient,
    user: User,
    actor: Actor,
    submission: str = "",
    note: str = "",
    guard: ItemGuard | None = None,
) -> Services:
    """`client` is signed in as the user; the audit log names the actor, and knows the form by its `submission`.

    `guard` is the item of a job that the services are to carry out.
    """
    limits = portal.settings.longest_write, portal.now
    executor = ChangeExecutor(portal.audit_log, actor, *limits, submission, note, guard)
    return _build_services(portal, client, user, actor, executor)


def _build_services(portal: Portal, client: ApiClient, user: User, actor: Actor, executor: ChangeExecutor) -> Services:
    audit_log, versions = portal.audit_log, portal.file_versions
    longest_write, now, username = portal.settings.longest_write, portal.now, user.username
    reconciler = Reconciler(audit_log, longest_write, now)
    index = portal.index.feed
    directory, files = Directory(client, index), ConfigFiles(client, index)
    reader = ListReader(client, username, user.session_id, portal.settings.list_timeout)
    devices = Devices(client, executor, reconciler, portal.device_lists, reader, portal.platform_limits, index, now)
    accounts = Accounts(
        client, portal.sessions, portal.support_roles, portal.jobs.store, portal.events, user, actor, now
    )
    tags = Tags(client, files, versions, portal.resolutions, portal.tag_tables, index, username)
    phone_types = PhoneTypes(client, portal.phone_types)
    mac_lookup = MacLookup(client, directory, devices, user.reaches, now)
    lines = Lines(client, executor, reconciler, index)
    file_changes = FileChanges(client, executor, reconciler, files, versions, portal.pending_uploads, username, now)
    searches = _build_searches(portal, client, user, accounts, directory, devices)
    return Services(
        accounts=accounts,
        directory=directory,
        history=History(portal.audit_queries, accounts, directory, user, longest_write, now),
        devices=devices,
        list_columns=ListColumns(portal.index.device_facts, portal.list_settings, user, is_on=index.is_on),
        saved_views=SavedViews(portal.list_settings, user),
        device_history=DeviceHistory(audit_log, portal.events, actor, now),
        lines=lines,
        mac_lookup=mac_lookup,
        phone_types=phone_types,
        support_roles=portal.support_roles,
        tags=tags,
        config_files=files,
        file_changes=file_changes,
        side_by_side=SideBySide(client, tags, phone_types),
        searches=searches,
        overviews=_build_overviews(portal, client, user, directory, phone_types),
        last_known=LastKnown(portal.index.known_devices),
        status_since=_build_status_since(portal),
        undo=Undo(portal.audit_queries, executor, devices, lines, file_changes),
        jobs=_build_jobs(portal, client, user, actor, searches.confirmation),
        imports=_build_imports(portal, client, devices, phone_types, mac_lookup, user, actor),
        job_reports=_build_job_reports(portal, user),
    )


def _build_jobs(portal: Portal, client: ApiClient, user: User, actor: Actor, confirmation: ScopeConfirmation) -> Jobs:
    stores = portal.jobs.store, portal.jobs.plans, portal.jobs.present
    return Jobs(*stores, client, user, actor, confirmation, portal.audit_log, portal.now)


def _build_job_reports(portal: Portal, user: User) -> JobReports:
    queries = portal.jobs.queries, portal.jobs.listing, portal.audit_queries
    return JobReports(*queries, user.username, portal.settings.longest_write, portal.now)


def _build_searches(
    portal: Portal, client: ApiClient, user: User, accounts: Accounts, directory: Directory, devices: Devices
) -> Searches:
    confirmation = _build_confirmation(portal, client, user, accounts, directory)
    index, lookup = portal.index.search, portal.index.lookup
    of_lists = ListSearch(index, lookup, user, confirmation)
    update = SearchUpdate(client, devices, portal.index.feed, user)
    return Searches(Search(index, user, confirmation), of_lists, LiveSearch(client, lookup, user), update, confirmation)


def build_confirmation(portal: Portal, client: ApiClient, user: User) -> ScopeConfirmation:
    """Return it for a user without a request."""
    nobody = Actor(username=user.username, role=str(user.role), address="", request_id="")
    stores = portal.sessions, portal.support_roles, portal.jobs.store
    accounts = Accounts(client, *stores, portal.events, user, nobody, portal.now)
    return _build_confirmation(portal, client, user, accounts, Directory(client, portal.index.feed))


def _build_confirmation(
    portal: Portal, client: ApiClient, user: User, accounts: Accounts, directory: Directory
) -> ScopeConfirmation:
    recheck = timedelta(seconds=portal.settings.recheck_seconds)
    return ScopeConfirmation(client, user, accounts, directory, portal.index.confirmations, recheck)


def _build_imports(
    portal: Portal,
    client: ApiClient,
    devices: Devices,
    phone_types: PhoneTypes,
    mac_lookup: MacLookup,
    user: User,
    actor: Actor,
) -> Imports:
    taken = TakenMacs(portal.index.lookup, mac_lookup, devices, user)
    check = SheetCheck(devices, phone_types, taken, SheetLimits(portal.settings.import_rows))
    return Imports(check, portal.jobs.store, portal.jobs.imports, client, user, actor, portal.now)


def _build_status_since(portal: Portal) -> StatusSince:
    return StatusSince(portal.index.status_times, portal.index.device_facts)


def _build_overviews(
    portal: Portal, client: ApiClient, user: User, directory: Directory, phone_types: PhoneTypes
) -> Overviews:
    index = portal.index
    group = GroupOverview(index.group_facts, phone_types)
    where_used = WhereUsed(client, index.uses, index.checks, is_on=bool(portal.settings.index_days))
    jobs = JobsUnderWay(portal.jobs.running, user)
    return Overviews(group, Places(directory, index.place_counts), where_used, jobs)


def check_readiness() -> Mapping[str, bool]:
    """Return by name whether the database and the backend answer in time."""
    return check_health(portal().engine, portal().probe(PROBE_SECONDS))


def _page_deadline() -> float | None:
    """Return when a page waits no longer; None for a write, a download, and what is swapped into a page."""
    access = access_of(current_app, request.endpoint or "")
    waits = (htmx.wants_fragment() and not polling.is_poll()) or (access and (access.background or access.is_download))
    return None if waits or not _is_read() else g.began + portal().settings.page_seconds


def _is_read() -> bool:
    return request.method in {"GET", "HEAD"}


def _finish_reads(response: Response) -> Response:
    if "reads" in g and not polling.keeps_answers():
        g.reads.finish()
    return response


def _keep_cookies(response: Response) -> Response:
    client: ApiClient | None = g.get("client")
    user = current_user_or_none() if client else None
    if client and user and client.authentication.cookies != g.cookies:
        with log_database_errors("the backend’s cookies"):
            portal().sessions.keep_cookies(user.row, client.authentication.cookies)
    return response
