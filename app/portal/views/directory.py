"""Tenants and their groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiError, ApiForbidden, ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.domain.text import as_sentence
from app.portal.lists.query import read_text
from app.portal.services.directory import TenantGroups, filter_tenants
from app.portal.services.parts import read_part
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import services
from app.portal.web.session import PortalUser, current_user
from app.portal.web.waiting import pause_after

blueprint = Blueprint("directory", __name__)


@dataclass(frozen=True)
class GroupRow:
    group_id: str
    name: str
    url: str | None
    counts_url: str | None


@dataclass(frozen=True)
class TenantRow:
    """`groups` is None where they were not read: the tenant's own page shows them, unless the tenant is gone."""

    tenant_id: str
    name: str
    url: str | None
    groups: Sequence[GroupRow] | None
    gone: bool
    failure: str

    @property
    def shown(self) -> int:
        return len(self.groups or ())


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index() -> ResponseReturnValue:
    user = current_user()
    if user.is_group_scoped:
        return redirect(_own_group_url(user), 303)
    if user.role is Role.TENANT_ADMIN:
        return redirect(url_for("directory.tenant", tenant=user.group.tenant_id), 303)
    return _show(services().directory.read_all(), tenant=None)


@blueprint.get("/tenants/<name:tenant>/")
@requires(Permission.DEVICE_VIEW)
def tenant(tenant: str) -> ResponseReturnValue:
    user = current_user()
    if user.is_group_scoped:
        return redirect(_own_group_url(user), 303)
    entry = services().directory.tenant(tenant)
    return _show([entry], tenant=_tenant_row(entry))


@blueprint.get("/tenants/<name:tenant>/groups/<name:group>/counts")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
def counts(tenant: str, group: str) -> ResponseReturnValue:
    """Count the devices of a group, for its row in the directory. Who opens the group finds its list read."""
    part = read_part(lambda: services().devices.list(GroupRef(tenant, group)))  # the rest of the directory stands
    reading, failure = part.value, part.failure
    if isinstance(failure, ApiForbidden | ApiNotFound) and not htmx.wants_fragment():
        raise failure
    if reading and reading.table is None:
        failure = reading.failure
    asks = reading is not None and reading.table is None and reading.is_asked
    return htmx.render(
        "directory/_counts.html",
        table=reading and reading.table,
        asks=asks,
        pause=pause_after(reading.asked_for or 0.0) if reading else 0.0,
        gone=isinstance(failure, ApiNotFound) and bool(failure.messages),
        failure=_describe(failure, "group") if failure else "",
    )


def _own_group_url(user: PortalUser) -> str:
    return url_for("devices.index", tenant=user.group.tenant_id, group=user.group.group_id)


def _show(tenants: Sequence[TenantGroups], tenant: TenantRow | None) -> ResponseReturnValue:
    q = read_text(request.args)
    is_partly_unread = any(entry.groups is None and not entry.is_gone for entry in tenants)
    return htmx.render(
        "directory/page.html",
        "directory/_groups.html",
        nav="directory",
        q=q,
        tenant=tenant,
        tenants=[_tenant_row(entry) for entry in filter_tenants(tenants, q)],
        total_tenants=len(tenants),
        total_groups=None if is_partly_unread else sum(len(entry.groups or ()) for entry in tenants),
    )


def _tenant_row(entry: TenantGroups) -> TenantRow:
    tenant_id = entry.tenant.tenant_id
    groups = (
        None
        if entry.groups is None
        else [_group_row(tenant_id, group.group_id, group.group_name) for group in entry.groups]
    )
    has_page = is_addressable(tenant_id) and not entry.is_gone
    url = url_for("directory.tenant", tenant=tenant_id) if has_page else None
    failure = _describe(entry.failure, "tenant") if entry.failure else ""
    return TenantRow(tenant_id, entry.tenant.name or tenant_id, url, groups, entry.is_gone, failure)


def _describe(error: ApiError, what: str) -> str:
    if isinstance(error, ApiUnavailable):
        return f"The platform did not respond for this {what}. Reason: {as_sentence(str(error))}"
    return describe_part(error)


def _group_row(tenant_id: str, group_id: str, name: str) -> GroupRow:
    if not (is_addressable(tenant_id) and is_addressable(group_id)):
        return GroupRow(group_id, name or group_id, None, None)
    url = url_for("devices.index", tenant=tenant_id, group=group_id)
    return GroupRow(group_id, name or group_id, url, url_for("directory.counts", tenant=tenant_id, group=group_id))
