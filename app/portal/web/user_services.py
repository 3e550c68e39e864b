"""The services as one user may use them, over what all share."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Actor
from app.portal.domain.users import User
from app.portal.services.accounts import Accounts
from app.portal.services.changes.executor import ChangeExecutor, ItemGuard
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
from app.portal.services.side_by_side import SideBySide
from app.portal.services.support_roles import SupportRoles
from app.portal.services.tags.service import Tags
from app.portal.services.undo.service import Undo
from app.portal.web.context import Portal


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


class Services:
    """The services of one user and one request or item of a job, each built when it is first asked for.

    `client` is signed in as the user. The audit log names the actor, and knows the form by its `submission`. `guard` is
    the item of a job that the services are to carry out.
    """

    def __init__(
        self,
        portal: Portal,
        client: ApiClient,
        user: User,
        actor: Actor,
        *,
        submission: str = "",
        note: str = "",
        guard: ItemGuard | None = None,
    ) -> None:
        self._portal = portal
        self._client = client
        self._user = user
        self._actor = actor
        self._change = submission, note, guard

    @property
    def support_roles(self) -> SupportRoles:
        return self._portal.support_roles

    @cached_property
    def accounts(self) -> Accounts:
        portal = self._portal
        stores = portal.sessions, portal.support_roles, portal.jobs.store
        return Accounts(self._client, *stores, portal.events, self._user, self._actor, portal.now)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self._client, self._portal.index.feed)

    @cached_property
    def history(self) -> History:
        portal = self._portal
        limits = portal.settings.longest_write, portal.now
        return History(portal.audit_queries, portal.refusals, self.accounts, self.directory, self._user, *limits)

    @cached_property
    def devices(self) -> Devices:
        portal = self._portal
        reader = ListReader(self._client, self._user.username, self._user.session_id, portal.settings.list_timeout)
        return Devices(
            self._client,
            self._executor,
            self._reconciler,
            portal.device_lists,
            reader,
            portal.platform_limits,
            portal.index.feed,
            portal.now,
        )

    @cached_property
    def list_columns(self) -> ListColumns:
        index = self._portal.index
        return ListColumns(index.device_facts, self._portal.list_settings, self._user, is_on=index.feed.is_on)

    @cached_property
    def saved_views(self) -> SavedViews:
        return SavedViews(self._portal.list_settings, self._user)

    @cached_property
    def device_history(self) -> DeviceHistory:
        return DeviceHistory(self._portal.audit_log, self._portal.events, self._actor, self._portal.now)

    @cached_property
    def lines(self) -> Lines:
        return Lines(self._client, self._executor, self._reconciler, self._portal.index.feed)

    @cached_property
    def mac_lookup(self) -> MacLookup:
        return MacLookup(self._client, self.directory, self.devices, self._user.reaches, self._portal.now)

    @cached_property
    def phone_types(self) -> PhoneTypes:
        return PhoneTypes(self._client, self._portal.phone_types)

    @cached_property
    def tags(self) -> Tags:
        portal = self._portal
        caches = portal.resolutions, portal.tag_tables
        return Tags(
            self._client, self.config_files, portal.file_versions, *caches, portal.index.feed, self._user.username
        )

    @cached_property
    def config_files(self) -> ConfigFiles:
        return ConfigFiles(self._client, self._portal.index.feed)

    @cached_property
    def file_changes(self) -> FileChanges:
        portal = self._portal
        return FileChanges(
            self._client,
            self._executor,
            self._reconciler,
            self.config_files,
            portal.file_versions,
            portal.pending_uploads,
            self._user.username,
            portal.now,
        )

    @cached_property
    def side_by_side(self) -> SideBySide:
        return SideBySide(self._client, self.tags, self.phone_types)

    @cached_property
    def confirmation(self) -> ScopeConfirmation:
        portal = self._portal
        recheck = timedelta(seconds=portal.settings.recheck_seconds)
        return ScopeConfirmation(
            self._client, self._user, self.accounts, self.directory, portal.index.confirmations, recheck
        )

    @cached_property
    def searches(self) -> Searches:
        index, user = self._portal.index, self._user
        return Searches(
            Search(index.search, user, self.confirmation),
            ListSearch(index.search, index.lookup, user, self.confirmation),
            LiveSearch(self._client, index.lookup, user),
            SearchUpdate(self._client, self.devices, index.feed, user),
        )

    @cached_property
    def overviews(self) -> Overviews:
        portal, index = self._portal, self._portal.index
        return Overviews(
            GroupOverview(index.group_facts, self.phone_types),
            Places(self.directory, index.place_counts),
            WhereUsed(self._client, index.uses, index.checks, is_on=bool(portal.settings.index_days)),
            JobsUnderWay(portal.jobs.running, self._user),
        )

    @cached_property
    def last_known(self) -> LastKnown:
        return LastKnown(self._portal.index.known_devices)

    @cached_property
    def status_since(self) -> StatusSince:
        return StatusSince(self._portal.index.status_times, self._portal.index.device_facts)

    @cached_property
    def undo(self) -> Undo:
        return Undo(self._portal.audit_queries, self._executor, self.devices, self.lines, self.file_changes)

    @cached_property
    def jobs(self) -> Jobs:
        portal = self._portal
        stores = portal.jobs.store, portal.jobs.plans, portal.jobs.present
        return Jobs(*stores, self._client, self._user, self._actor, self.confirmation, portal.audit_log, portal.now)

    @cached_property
    def imports(self) -> Imports:
        portal = self._portal
        taken = TakenMacs(portal.index.lookup, self.mac_lookup, self.devices, self._user)
        check = SheetCheck(self.devices, self.phone_types, taken, SheetLimits(portal.settings.import_rows))
        stores = portal.jobs.store, portal.jobs.imports
        return Imports(check, *stores, self._client, self._user, self._actor, portal.now)

    @cached_property
    def job_reports(self) -> JobReports:
        portal = self._portal
        queries = portal.jobs.queries, portal.jobs.listing, portal.audit_queries
        return JobReports(*queries, self._user.username, portal.settings.longest_write, portal.now)

    @cached_property
    def _executor(self) -> ChangeExecutor:
        portal = self._portal
        return ChangeExecutor(portal.audit_log, self._actor, portal.settings.longest_write, portal.now, *self._change)

    @cached_property
    def _reconciler(self) -> Reconciler:
        return Reconciler(self._portal.audit_log, self._portal.settings.longest_write, self._portal.now)
