"""Tenants and groups, with their numbers: the overviews of the platform and of a tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiError, ApiForbidden, ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.domain.search_words import fold_words
from app.portal.domain.text import as_sentence
from app.portal.lists.paging import PagedList
from app.portal.lists.query import DEFAULT_SIZE, read_page, read_text
from app.portal.models.directory import Group
from app.portal.services.devices.table import STATUSES
from app.portal.services.directory import TenantGroups
from app.portal.services.overview.figures import count_devices
from app.portal.services.overview.known_places import SORTS, WORST_FIRST, KnownGroup, KnownPlaces, Totals
from app.portal.services.overview.places import MOST_TENANTS, filter_groups
from app.portal.services.parts import read_part
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import services
from app.portal.web.session import PortalUser, current_user
from app.portal.web.waiting import pause_after

blueprint = Blueprint("directory", __name__)
_GROUPS_OF_TENANT = 10  # on the page of all tenants; the rest is on the tenant's own


class PlaceColumn(NamedTuple):
    key: str
    label: str


@dataclass(frozen=True)
class GroupRow:
    """`numbers` are those of the index; None where it has none. Nothing leads to a name that no URL carries.

    `running` is a number of jobs.
    """

    group_id: str
    name: str
    ref: GroupRef | None
    numbers: KnownGroup | None
    running: int


@dataclass(frozen=True)
class TenantRow:
    """`groups` is None where they were not read: the tenant's own page shows them, unless the tenant is gone.

    `more` is how many groups are on that page only. `running` is a number of jobs, those of groups among them.
    """

    tenant_id: str
    name: str
    url: str | None
    groups: Sequence[GroupRow] | None
    more: int
    totals: Totals | None
    running: int
    gone: bool
    failure: str

    @property
    def shown(self) -> int:
        return len(self.groups or ())


class PlaceList(PagedList):
    """A page of tenants, or of the groups of a tenant."""

    columns = (PlaceColumn("name", "Group"), PlaceColumn("devices", "Devices"), PlaceColumn("problems", "Problems"))

    def __init__(self, total: int, size: int) -> None:
        self.q = read_text(request.args)
        parameters = {"q": self.q, "sort": read_sort(), "size": size}
        super().__init__(request.path, parameters, defaults={"sort": WORST_FIRST, "size": size})
        self.start = self._open_page(total, read_page(request.args))

    @property
    def sort_label(self) -> str:
        return next(column.label for column in self.columns if column.key == self.sort.removeprefix("-"))


def read_sort() -> str:
    sort = request.args.get("sort", "")
    return sort if sort.removeprefix("-") in SORTS else WORST_FIRST


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index() -> ResponseReturnValue:
    user = current_user()
    if user.is_group_scoped:
        return redirect(_own_group_url(user), 303)
    if user.role is Role.TENANT_ADMIN:
        return redirect(url_for("directory.tenant", tenant=user.group.tenant_id), 303)
    places, q = services().overviews.places, read_text(request.args)
    tenants = places.tenants(q, read_sort())
    listing = PlaceList(len(tenants), MOST_TENANTS)
    entries = places.read_groups(tenants[listing.start : listing.last], q)
    is_whole = not q and listing.pages == 1 and all(entry.groups is not None or entry.is_gone for entry in entries)
    return htmx.render(
        "directory/page.html",
        "directory/_groups.html",
        nav="directory",
        q=q,
        listing=listing,
        tenant=None,
        tenants=_tenant_rows(entries),
        total_groups=sum(len(entry.groups or ()) for entry in entries) if is_whole else None,
    )


@blueprint.get("/tenants/<name:tenant>/")
@requires(Permission.DEVICE_VIEW)
def tenant(tenant: str) -> ResponseReturnValue:
    user = current_user()
    if user.is_group_scoped:
        return redirect(_own_group_url(user), 303)
    entry = services().directory.tenant(tenant)
    matching = filter_groups(entry, fold_words(read_text(request.args))).groups or ()
    known = services().overviews.places.load_known([tenant])
    groups = known.sort_groups(tenant, matching, read_sort())
    listing = PlaceList(len(groups), DEFAULT_SIZE)
    page, running = groups[listing.start : listing.last], services().overviews.jobs.count_running()
    return htmx.render(
        "directory/page.html",
        "directory/_groups.html",
        nav="directory",
        q=listing.q,
        listing=listing,
        tenant=entry.tenant,
        tenants=[_tenant_row(entry, page, known, running)] if page or not listing.q else [],
        total_groups=len(entry.groups or ()),
        **_totals_context(tenant, entry.groups or (), known),
    )


@blueprint.get("/tenants/<name:tenant>/totals")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
def totals(tenant: str) -> ResponseReturnValue:
    """Sum what is known of a tenant's groups, for its page when rows have come."""
    if current_user().is_group_scoped:
        return htmx.go(_own_group_url(current_user()))
    groups = services().directory.groups(tenant)
    if not htmx.wants_fragment():
        return htmx.go(url_for("directory.tenant", tenant=tenant))
    known = services().overviews.places.load_known([tenant])
    return htmx.render("directory/_totals.html", tenant_id=tenant, **_totals_context(tenant, groups, known))


@blueprint.get("/tenants/<name:tenant>/groups/<name:group>/counts")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
def counts(tenant: str, group: str) -> ResponseReturnValue:
    """Count the devices of a group, for its row in the directory. Who opens the group finds its list read."""
    group_ref = GroupRef(tenant, group)
    part = read_part(lambda: services().devices.list(group_ref))  # the rest of the directory stands
    reading, failure = part.value, part.failure
    if isinstance(failure, ApiForbidden | ApiNotFound) and not htmx.wants_fragment():
        raise failure
    if reading and reading.table is None:
        failure = reading.failure
    asks = reading is not None and reading.table is None and reading.is_asked
    answer = htmx.render(
        "directory/_counts.html",
        figures=count_devices(reading.table) if reading and reading.table else None,
        running=services().overviews.jobs.count_running().get(group_ref, 0),
        asks=asks,
        pause=pause_after(reading.asked_for or 0.0) if reading else 0.0,
        gone=isinstance(failure, ApiNotFound) and bool(failure.messages),
        is_silent=isinstance(failure, ApiUnavailable),
        failure=_describe(failure, "group") if failure else "",
    )
    return answer if asks else htmx.trigger(answer, "counted")


def _own_group_url(user: PortalUser) -> str:
    return url_for("devices.index", tenant=user.group.tenant_id, group=user.group.group_id)


def _totals_context(tenant_id: str, groups: Sequence[Group], known: KnownPlaces) -> Mapping[str, Any]:
    refs = _refs(tenant_id, groups)
    totals = known.totals(refs)
    return {"totals": totals, "statuses": known.statuses(tenant_id, refs) if totals else dict.fromkeys(STATUSES)}


def _tenant_rows(entries: Sequence[TenantGroups]) -> Sequence[TenantRow]:
    known = services().overviews.places.load_known([entry.tenant.tenant_id for entry in entries])
    running = services().overviews.jobs.count_running()
    rows = []
    for entry in entries:
        groups = known.sort_groups(entry.tenant.tenant_id, entry.groups or ())
        rows.append(_tenant_row(entry, groups[:_GROUPS_OF_TENANT], known, running))
    return rows


def _tenant_row(
    entry: TenantGroups, groups: Sequence[Group], known: KnownPlaces, running: Mapping[GroupRef, int]
) -> TenantRow:
    tenant_id = entry.tenant.tenant_id
    refs = _refs(tenant_id, groups)
    numbers = known.numbers(refs)
    rows = [
        _group_row(ref, group.group_name, numbers.get(ref), running.get(ref, 0))
        for ref, group in zip(refs, groups, strict=True)
    ]
    has_page = is_addressable(tenant_id) and not entry.is_gone
    return TenantRow(
        tenant_id=tenant_id,
        name=entry.tenant.name or tenant_id,
        url=url_for("directory.tenant", tenant=tenant_id) if has_page else None,
        groups=None if entry.groups is None else rows,
        more=len(entry.groups or ()) - len(rows),
        totals=known.totals(_refs(tenant_id, entry.groups or ())),
        running=sum(count for place, count in running.items() if place.tenant_id == tenant_id),
        gone=entry.is_gone,
        failure=_describe(entry.failure, "tenant") if entry.failure else "",
    )


def _group_row(ref: GroupRef, name: str, numbers: KnownGroup | None, running: int) -> GroupRow:
    has_page = is_addressable(ref.tenant_id) and is_addressable(ref.group_id)
    return GroupRow(ref.group_id, name or ref.group_id, ref if has_page else None, numbers, running)


def _refs(tenant_id: str, groups: Sequence[Group]) -> Sequence[GroupRef]:
    return [GroupRef(tenant_id, group.group_id) for group in groups]


def _describe(error: ApiError, what: str) -> str:
    if isinstance(error, ApiUnavailable):
        return f"The platform did not respond for this {what}. Reason: {as_sentence(str(error))}"
    return describe_part(error)
