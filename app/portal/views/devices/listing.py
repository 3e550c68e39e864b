"""The list of devices, and its export. Neither waits for the platform: what is not there yet follows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, get_template_attribute, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.listing import Listing
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.extra_columns import EXTRA_COLUMNS
from app.portal.services.devices.indexed_table import IndexedTable
from app.portal.services.devices.list_columns import OpenedList, ShownTable
from app.portal.services.devices.list_reading import DeviceListReading
from app.portal.services.devices.selection import MOST_SELECTED
from app.portal.services.saved_views import normalize_query
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.exporting import export_cells, export_head
from app.portal.web import errors, htmx, request_log
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.csv_download import csv_download
from app.portal.web.list_context import LIST_ARG, list_query
from app.portal.web.selection_bar import draw_selection_bar
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.urls import datetime_arg
from app.portal.web.waiting import pause_after, reload_without_script

# Rows are drawn once for all pages of all queries, each link of theirs with an empty parameter; text has no such quote.
_NO_LIST = f'?{LIST_ARG}="'


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str) -> ResponseReturnValue:
    """With `still`, show the list as it is; with `after`, a list of a later moment."""
    group_ref, is_still = GroupRef(tenant, group), bool(request.args.get("still"))
    devices = services().devices
    reading = devices.list(group_ref, datetime_arg("after"), retries=not is_still, refreshes=not is_still)
    return _render(group_ref, reading, is_waiting=reading.is_asked and not is_still)


@blueprint.get("/progress")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def progress(tenant: str, group: str) -> ResponseReturnValue:
    """Answer a page that has the list of `than`: with a newer one or, until there is one, with how long it takes."""
    group_ref = GroupRef(tenant, group)
    if not htmx.wants_fragment():
        return htmx.go(_list_url(group_ref))
    reading = services().devices.list(group_ref, waits=False)
    if reading.is_asked and reading.as_of == datetime_arg("than"):
        return htmx.render(
            "devices/_asking.html", reading=reading, **_wait_context(group_ref, reading, is_waiting=True)
        )
    return htmx.retarget(_render(group_ref, reading, is_waiting=reading.is_asked), "device-list")


@blueprint.get("/export.csv")
@requires(Permission.DEVICE_VIEW, is_download=True)
def export(tenant: str, group: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    reading = services().devices.list(group_ref)
    if reading.table is None:
        return _render(group_ref, reading, is_waiting=reading.is_asked)
    opened = services().list_columns.open(group_ref, reading.table, request.args, _list_path(group_ref))
    return csv_download(
        "devices.csv", export_head(opened.table), export_cells(opened.table, opened.listing.matching_rows)
    )


def render_list(group: GroupRef, reading: DeviceListReading, problem: str, status: int) -> Response:
    """Answer a form of the list, which is shown again with what is wrong."""
    return _render(group, reading, is_waiting=reading.is_asked, problem=problem, status=status)


def _render(
    group: GroupRef, reading: DeviceListReading, *, is_waiting: bool, problem: str = "", status: int = 200
) -> Response:
    failure = errors.describe(reading.failure) if reading.failure and not is_waiting else None
    wait: Mapping[str, Any] = {"is_waiting": is_waiting, "reading": reading, "failure": failure}
    if is_waiting or failure or reading.table is None:
        wait = {**wait, **_wait_context(group, reading, is_waiting=is_waiting)}
    answer = htmx.render(
        "devices/page.html",
        "devices/_list.html",
        status=failure.status if failure and reading.table is None else status,
        problem=problem,
        list_path=_list_path(group),
        most_selected=MOST_SELECTED,
        request_id=request_log.request_id(),
        is_back=bool(request.args.get("away")) and not (is_waiting or failure),
        **wait,
        **_table_context(group, reading, wait),
    )
    if is_waiting or failure:
        reload_without_script(answer, wait["pause"], _list_url(group))
    return answer


def _wait_context(group: GroupRef, reading: DeviceListReading, *, is_waiting: bool) -> Mapping[str, Any]:
    than = {"than": reading.as_of.isoformat()} if reading.as_of else {}
    if not is_waiting or request.args.get("away"):
        than["away"] = "1"  # the answer that finds the platform back says so
    poll_path = url_for(".progress", tenant=group.tenant_id, group=group.group_id)
    return {
        "pause": pause_after(reading.asked_for or 0.0) if is_waiting else reading.retry_in + 1,
        "poll_url": _with_query(poll_path, **than),
        "list_url": _list_url(group),
        "still_url": _list_url(group, still="1"),
        "retry_url": _list_url(group, after=reading.now.isoformat()),
        "longest": portal().settings.list_timeout,
    }


def _table_context(group: GroupRef, reading: DeviceListReading, wait: Mapping[str, Any]) -> Mapping[str, Any]:
    table, as_of = reading.table, reading.as_of
    if table is None or as_of is None:
        return {"listing": None, "selection_bar": draw_selection_bar(0)}
    columns, path = services().list_columns, _list_path(group)
    query = list_query()
    opened = columns.open(group, table, query, path)
    listing = opened.listing

    def draw() -> str:
        full = columns.open_indexed(group, table, query, path)
        return _draw_page(full, opened.table, as_of, wait)

    export_path = url_for(".export", tenant=group.tenant_id, group=group.group_id)
    return {
        "listing": listing,
        "selection_bar": draw_selection_bar(listing.total),
        "as_of": as_of,
        "export_url": listing.url_with_path(export_path),
        "import_url": url_for(".import_sheet", tenant=group.tenant_id, group=group.group_id),
        "new_url": url_for(".new", tenant=group.tenant_id, group=group.group_id, **_carried(listing)),
        "filtered": _keep_page(opened, wait, draw) if listing.unfiltered_total else "",
        "views": services().saved_views.list(group),
        "view_query": normalize_query(listing.query_text),
    }


def _keep_page(opened: OpenedList, wait: Mapping[str, Any], draw: Callable[[], str]) -> Markup:
    """Return the HTML of the list with its filters, drawn once for all who see the same of it."""
    key = (opened.listing.key, current_user().may(Permission.DEVICE_REBOOT))
    is_same_for_all = not (wait["is_waiting"] or wait["failure"])
    html = opened.table.drawn.page(key, draw) if is_same_for_all else draw()
    return Markup(html)  # noqa: S704 - of a template


def _draw_page(full: OpenedList, table: ShownTable, as_of: datetime, wait: Mapping[str, Any]) -> str:
    """`table` owns what is drawn of the rows."""
    listing = full.listing
    return render_template(
        "devices/_filtered.html",
        listing=listing,
        as_of=as_of,
        refresh_url=listing.url(page=listing.page, after=as_of.isoformat()),
        rows=_draw_rows(listing, table),
        indexed=full.table if isinstance(full.table, IndexedTable) else None,
        extra_columns=EXTRA_COLUMNS if services().list_columns.is_on else {},
        **wait,
    )


def _draw_rows(listing: Listing[AccessDeviceRow], table: ShownTable) -> Markup:
    path, can_reboot = listing.path, current_user().may(Permission.DEVICE_REBOOT)
    extra = table.extra if isinstance(table, IndexedTable) else ()

    def draw(row: AccessDeviceRow) -> str:
        draw_row = get_template_attribute("devices/_row.html", "device_row")
        pending_since = table.pending_since.get(row.device_name)
        facts = table.facts_of(row) if isinstance(table, IndexedTable) else None
        return str(draw_row(row, *_link_and_problem(path, row), pending_since, can_reboot, extra, facts))

    html = "".join(table.drawn.get(listing.rows, (path, can_reboot), draw))
    query = urlencode(_carried(listing))
    return Markup(html.replace(_NO_LIST, f'?{query}"' if query else '"'))  # noqa: S704 - of templates alone


def _carried(listing: Listing[AccessDeviceRow]) -> Mapping[str, Any]:
    """Return the parameter with which a device's page leads back to this page of the list."""
    query = listing.query_text
    return {LIST_ARG: query} if query else {}


def _list_path(group: GroupRef) -> str:
    return url_for(".index", tenant=group.tenant_id, group=group.group_id)


def _list_url(group: GroupRef, **more: str) -> str:
    return _with_query(_list_path(group), **more)


def _with_query(path: str, **more: str) -> str:
    """Return a URL with the list's query; `more` are parameters of its own."""
    text = urlencode({**list_query(), **more})
    return f"{path}?{text}" if text else path


def _link_and_problem(list_url: str, row: AccessDeviceRow) -> tuple[str | None, str | None]:
    """Return the URL of the row's device, if it can have one, and the problem with the row, if there is any."""
    if reason := row.unlinkable_reason:
        return None, reason
    # As url_for would, which takes longer than to render the row.
    return f"{list_url}{quote(row.device_name, safe='')}/", "; ".join(row.problems.values()) or None
