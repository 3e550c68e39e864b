"""The list of devices, its export, and one device."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiUnavailable
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.csv_export import csv_lines
from app.portal.lists.listing import Listing
from app.portal.models.access_device import LIST_FIELDS, AccessDeviceRow, shown_fields
from app.portal.services.devices.table import DeviceTable
from app.portal.services.parts import read_part
from app.portal.services.read_cache import Snapshot
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.web import errors, htmx, session
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import reads, services
from app.portal.web.urls import current_url, datetime_arg


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str) -> ResponseReturnValue:
    try:
        listing, snapshot = _read_listing(GroupRef(tenant, group))
    except ApiUnavailable as error:
        return _render_failure(error)
    return htmx.render(
        "devices/page.html",
        "devices/_list.html",
        failure=None,
        listing=listing,
        pending_since=snapshot.value.pending_since,
        as_of=snapshot.as_of,
        refresh_url=listing.url(page=listing.page, after=snapshot.as_of.isoformat()),
        export_url=listing.url_with_path(url_for(".export", tenant=tenant, group=group)),
        rows=[(row, *_link_and_problem(listing.path, row)) for row in listing.rows],
    )


@blueprint.get("/export.csv")
@requires(Permission.DEVICE_VIEW, is_download=True)
def export(tenant: str, group: str) -> ResponseReturnValue:
    listing, _ = _read_listing(GroupRef(tenant, group))
    return Response(
        csv_lines([field.label for field in LIST_FIELDS.values()], _cells(listing)),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=devices.csv"},
    )


@blueprint.get("/<name:device>/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.LINES)
def show(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    access_device = read_device(group_ref, device)
    users = read_part(lambda: services().lines.get(group_ref, device))
    return htmx.render(
        "devices/show.html",
        **device_page_context(group_ref, access_device),
        sections=shown_fields(access_device),
        users=users.value,
        users_failure=errors.describe_part(users.failure) if users.failure else "",
        as_of=portal().now(),
    )


def _read_listing(group: GroupRef) -> tuple[Listing[AccessDeviceRow], Snapshot[DeviceTable]]:
    snapshot = services().devices.list(group, newer_than=datetime_arg("after"))
    query = snapshot.value.read_query(request.args)
    path = url_for(".index", tenant=group.tenant_id, group=group.group_id)
    return Listing(snapshot.value, query, path), snapshot


def _render_failure(error: ApiUnavailable) -> ResponseReturnValue:
    failure = errors.describe(error)
    return htmx.render(
        "devices/page.html",
        "devices/_list.html",
        status=failure.status,
        failure=failure,
        retry_url=current_url(),
        listing=None,
        request_id=session.request_id(),
    )


def _cells(listing: Listing[AccessDeviceRow]) -> Iterator[tuple[str, ...]]:
    for row in listing.matching_rows:
        yield tuple(field.to_cell(getattr(row, name)) for name, field in LIST_FIELDS.items())


def _link_and_problem(list_url: str, row: AccessDeviceRow) -> tuple[str | None, str | None]:
    """Return the URL of the row's device, if it can have one, and the problem with the row, if there is any."""
    if reason := row.unlinkable_reason:
        return None, reason
    # As url_for would, which takes longer than to render the row.
    return f"{list_url}{quote(row.device_name, safe='')}/", "; ".join(row.problems.values()) or None
