"""The history: of everything within reach, of a tenant, a group, a device; as pages and for a spreadsheet."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiNotFound, ApiUnavailable
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import Scope
from app.portal.domain.roles import Permission, Role
from app.portal.lists.csv_export import csv_lines
from app.portal.services.history.entries import Entry, cells, entry
from app.portal.services.history.page import HistoryPage
from app.portal.services.history.words import ACTIONS, CSV_HEAD, OF_A_DEVICE, OUTCOMES
from app.portal.store.audit_queries import ChangeWithOutcome
from app.portal.views.device_page import device_page_context
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.urls import current_url

blueprint = Blueprint("history", __name__)

_GROUP = "/tenants/<name:tenant>/groups/<name:group>"
_DEVICE = f"{_GROUP}/devices/<name:device>"
_BOUNDLESS = {Role.SUPPORT, Role.SYSTEM_ADMIN}


@dataclass(frozen=True)
class Day:
    """Entries that stand together; None where they are not sorted by time."""

    date: date | None
    words: str
    entries: Sequence[Entry]


@blueprint.get("/history/")
@requires(Permission.HISTORY_VIEW)
def everything() -> ResponseReturnValue:
    return _show(_still_open(_within_reach()), "everything", {})


@blueprint.get("/tenants/<name:tenant>/history/")
@requires(Permission.HISTORY_VIEW)
def tenant(tenant: str) -> ResponseReturnValue:
    return _show(_still_open(_within_reach(tenant)), "tenant", {"tenant": tenant})


@blueprint.get(f"{_GROUP}/history/")
@requires(Permission.HISTORY_VIEW)
def group(tenant: str, group: str) -> ResponseReturnValue:
    return _show(_still_open(Scope(tenant, group)), "group", {"tenant": tenant, "group": group})


@blueprint.get(f"{_DEVICE}/history/")
@requires(Permission.HISTORY_VIEW)
def device(tenant: str, group: str, device: str) -> ResponseReturnValue:
    scope, at = Scope(tenant, group, device), {"tenant": tenant, "group": group, "device": device}
    gone, unreadable = False, None
    try:
        found = services().devices.get(g.group_ref, device)
    except ApiNotFound:  # what was done to a device outlives it
        if not portal().audit_queries.knows(scope):
            raise
        _still_open(Scope(tenant, group))
        gone = True
    except ApiUnavailable as error:  # the history is the portal's own
        unreadable = errors.of(error).words
    else:
        return _show(scope, "device", at, page="history/device.html", **device_page_context(g.group_ref, found))
    return _show(scope, "device", at, page="history/frameless.html", device_name=device, gone=gone, failure=unreadable)


@blueprint.get("/history/export.csv")
@requires(Permission.HISTORY_VIEW)
def export_everything() -> ResponseReturnValue:
    return _export(_still_open(_within_reach()))


@blueprint.get("/tenants/<name:tenant>/history/export.csv")
@requires(Permission.HISTORY_VIEW)
def export_tenant(tenant: str) -> ResponseReturnValue:
    return _export(_still_open(_within_reach(tenant)))


@blueprint.get(f"{_GROUP}/history/export.csv")
@requires(Permission.HISTORY_VIEW)
def export_group(tenant: str, group: str) -> ResponseReturnValue:
    return _export(_still_open(Scope(tenant, group)))


@blueprint.get(f"{_DEVICE}/history/export.csv")
@requires(Permission.HISTORY_VIEW)
def export_device(tenant: str, group: str, device: str) -> ResponseReturnValue:
    scope = Scope(tenant, group, device)
    if portal().audit_queries.knows(scope):
        _still_open(Scope(tenant, group))
    else:
        services().devices.get(g.group_ref, device)
    return _export(scope)


def _within_reach(tenant_id: str | None = None) -> Scope:
    """As much of a tenant, or of everything, as the reader may see."""
    user = current_user()
    match user.role:
        case role if role in _BOUNDLESS:
            return Scope(tenant_id)
        case Role.TENANT_ADMIN:
            return Scope(user.group.tenant_id)
        case _:
            return Scope(user.group.tenant_id, user.group.group_id)


def _still_open(scope: Scope) -> Scope:
    """The scope, where the platform lets its reader in to this day: the history would not tell that it does not.

    What is gone there, but known here, is read on by whom it did not bound. Raises ApiUnauthenticated, ApiForbidden,
    ApiNotFound.
    """
    role = current_user().role
    with suppress(ApiUnavailable):  # the history is the portal's own
        if role in _BOUNDLESS:
            services().mac_lookup.may_search()
        if scope.tenant_id is None:
            return scope
        try:
            groups = services().directory.groups(scope.tenant_id)
        except ApiNotFound:
            if role not in _BOUNDLESS or not portal().audit_queries.knows(scope):
                raise
            return scope
        is_gone = scope.group_id is not None and scope.group_id not in {each.group_id for each in groups}
        if is_gone and (role is Role.GROUP_ADMIN or not portal().audit_queries.knows(scope)):
            abort(404)
    return scope


def _show(
    scope: Scope, kind: str, at: dict[str, Any], page: str = "history/page.html", **context: Any
) -> ResponseReturnValue:
    listing = HistoryPage(portal().audit_queries, scope, url_for(f".{kind}", **at), request.args)
    return htmx.render(
        page,
        "history/_list.html",
        nav="" if scope.device_name else "history",
        scope=scope,
        listing=listing,
        days=_days(listing, [_entry(found) for found in listing.rows]),
        people=portal().audit_queries.people(scope),
        actions=OF_A_DEVICE if scope.device_name else ACTIONS,
        outcomes=OUTCOMES,
        export_url=listing.url_with_path(url_for(f".export_{kind}", **at)),
        device_url=_device_url,
        difference_url=_difference_url,
        retry_url=current_url(),
        history_days=portal().settings.history_days,
        **context,
    )


def _days(listing: HistoryPage, entries: Sequence[Entry]) -> Sequence[Day]:
    if not listing.by_day:
        return [Day(None, "", entries)]
    today = portal().now().date()
    return [Day(day, _day_words(day, today), list(each)) for day, each in groupby(entries, lambda each: each.at.date())]


def _day_words(day: date, today: date) -> str:
    name = {today: "Today", today - timedelta(days=1): "Yesterday"}.get(day, f"{day:%A}")
    return f"{name}, {day.day} {day:%B %Y}"


def _entry(found: ChangeWithOutcome) -> Entry:
    return entry(found, portal().now(), portal().settings.longest_write)


def _export(scope: Scope) -> ResponseReturnValue:
    listing = HistoryPage(portal().audit_queries, scope, "", request.args)
    shown = partial(entry, now=portal().now(), longest_write=portal().settings.longest_write)
    rows = (cells(shown(found)) for found in portal().audit_queries.all(listing.question))
    return Response(
        csv_lines(CSV_HEAD, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=history.csv"},
    )


def _device_url(of: Entry) -> str | None:
    """The history of the device of an entry, which is there even when the device no longer is."""
    names = (of.tenant_id, of.group_id, of.device_name)
    if not all(map(is_addressable, names)):
        return None
    return url_for(".device", tenant=of.tenant_id, group=of.group_id, device=of.device_name)


def _difference_url(of: Entry) -> str | None:
    versions = of.versions
    if versions is None or not is_addressable(versions.file_format) or _device_url(of) is None:
        return None
    at: dict[str, Any] = {
        "tenant": of.tenant_id,
        "group": of.group_id,
        "device": of.device_name,
        "file": versions.file_format,
    }
    return url_for("files.difference", **at, a=versions.before, b=versions.after)
