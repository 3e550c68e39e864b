"""The history of everything in scope, of a tenant, a group or a device; as pages and as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiNotFound, ApiUnavailable
from app.portal.domain.audit import WRITES
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.roles import Permission
from app.portal.services.history.days import PRESETS
from app.portal.services.history.entries import Entry
from app.portal.services.history.page import HistoryPage
from app.portal.services.history.words import ACTIONS, CSV_HEAD, OF_A_DEVICE, OUTCOMES
from app.portal.views.device_page import device_page_context
from app.portal.views.devices.undoing import undo_url
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.csv_download import csv_download
from app.portal.web.services import services
from app.portal.web.urls import current_url

blueprint = Blueprint("history", __name__)

_GROUP = "/tenants/<name:tenant>/groups/<name:group>"
_DEVICE = f"{_GROUP}/devices/<name:device>"


@dataclass(frozen=True)
class Day:
    """Entries under one heading; `date` is None where they are not sorted by time."""

    date: date | None
    words: str
    entries: Sequence[Entry]


@blueprint.get("/history/")
@requires(Permission.HISTORY_VIEW)
def everything() -> ResponseReturnValue:
    return _show(services().history.require_access(services().history.scope()), "everything", {})


@blueprint.get("/tenants/<name:tenant>/history/")
@requires(Permission.HISTORY_VIEW)
def tenant(tenant: str) -> ResponseReturnValue:
    return _show(services().history.require_access(services().history.scope(tenant)), "tenant", {"tenant": tenant})


@blueprint.get(f"{_GROUP}/history/")
@requires(Permission.HISTORY_VIEW)
def group(tenant: str, group: str) -> ResponseReturnValue:
    return _show(services().history.require_access(Scope(tenant, group)), "group", {"tenant": tenant, "group": group})


@blueprint.get(f"{_DEVICE}/history/")
@requires(Permission.HISTORY_VIEW)
def device(tenant: str, group: str, device: str) -> ResponseReturnValue:
    ref, scope = GroupRef(tenant, group), Scope(tenant, group, device)
    url_args = {"tenant": tenant, "group": group, "device": device}
    gone, unreadable = False, None
    try:
        access_device = services().devices.get(ref, device)
    except ApiNotFound:  # what was done to a device outlives it
        if not services().history.has_entries(scope):
            raise
        services().history.require_access(Scope(tenant, group))
        gone = True
    except ApiUnavailable as error:  # the history is the portal's own
        unreadable = errors.describe(error).words
    else:
        return _show(scope, "device", url_args, page="history/device.html", **device_page_context(ref, access_device))
    context = {"device_name": device, "gone": gone, "failure": unreadable}
    return _show(scope, "device", url_args, page="history/frameless.html", **context)


@blueprint.get("/history/export.csv")
@requires(Permission.HISTORY_VIEW, is_download=True)
def export_everything() -> ResponseReturnValue:
    return _export(services().history.require_access(services().history.scope()))


@blueprint.get("/tenants/<name:tenant>/history/export.csv")
@requires(Permission.HISTORY_VIEW, is_download=True)
def export_tenant(tenant: str) -> ResponseReturnValue:
    return _export(services().history.require_access(services().history.scope(tenant)))


@blueprint.get(f"{_GROUP}/history/export.csv")
@requires(Permission.HISTORY_VIEW, is_download=True)
def export_group(tenant: str, group: str) -> ResponseReturnValue:
    return _export(services().history.require_access(Scope(tenant, group)))


@blueprint.get(f"{_DEVICE}/history/export.csv")
@requires(Permission.HISTORY_VIEW, is_download=True)
def export_device(tenant: str, group: str, device: str) -> ResponseReturnValue:
    scope = Scope(tenant, group, device)
    if services().history.has_entries(scope):
        services().history.require_access(Scope(tenant, group))
    else:
        services().devices.get(GroupRef(tenant, group), device)
    return _export(scope)


def _show(
    scope: Scope, kind: str, url_args: dict[str, Any], page: str = "history/page.html", **context: Any
) -> ResponseReturnValue:
    history = services().history
    listing = history.page(scope, url_for(f".{kind}", **url_args), request.args)
    entries = history.entries(listing)
    return htmx.render(
        page,
        "history/_list.html",
        nav="" if scope.device_name else "history",
        scope=scope,
        listing=listing,
        days=_days(listing, entries),
        jobs=_find_jobs(entries),
        people=history.usernames(scope),
        actions=OF_A_DEVICE if scope.device_name else ACTIONS,
        outcomes=OUTCOMES,
        presets=PRESETS,
        export_url=listing.url_with_path(url_for(f".export_{kind}", **url_args)),
        device_url=_device_url,
        difference_url=_difference_url,
        undo_url=undo_url,
        retry_url=current_url(),
        history_days=portal().settings.history_days,
        **context,
    )


def _find_jobs(entries: Sequence[Entry]) -> Mapping[int, int]:
    """Return the jobs that made changes, by entry, as far as the user sees jobs."""
    ids = [entry.id for entry in entries if entry.action in WRITES]
    return services().job_reports.find_jobs_of(ids, services().jobs.scope) if ids else {}


def _days(listing: HistoryPage, entries: Sequence[Entry]) -> Sequence[Day]:
    if not listing.by_day:
        return [Day(None, "", entries)]
    zone = listing.zone
    today = zone.day_of(portal().now())
    by_day = groupby(entries, lambda entry: zone.day_of(entry.at))
    return [Day(day, _day_words(day, today), list(of_the_day)) for day, of_the_day in by_day]


def _day_words(day: date, today: date) -> str:
    name = {today: "Today", today - timedelta(days=1): "Yesterday"}.get(day, f"{day:%A}")
    return f"{name}, {day.day} {day:%B %Y}"


def _export(scope: Scope) -> ResponseReturnValue:
    history = services().history
    return csv_download("history.csv", CSV_HEAD, history.export(history.page(scope, "", request.args)))


def _device_url(entry: Entry) -> str | None:
    """Return where the history of the entry's device is, which is there even when the device no longer is."""
    names = (entry.tenant_id, entry.group_id, entry.device_name)
    return url_for(".device", **_device_args(entry)) if all(map(is_addressable, names)) else None


def _difference_url(entry: Entry) -> str | None:
    versions = entry.versions
    if versions is None or not is_addressable(versions.file_format) or _device_url(entry) is None:
        return None
    file = versions.file_format
    return url_for("files.difference", **_device_args(entry), file=file, a=versions.before, b=versions.after)


def _device_args(entry: Entry) -> dict[str, Any]:
    return {"tenant": entry.tenant_id, "group": entry.group_id, "device": entry.device_name}
