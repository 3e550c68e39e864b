"""The services of the signed-in user: one set of them a request."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, current_app, g, request, session
from prometheus_client.metrics_core import Metric

from app.portal.api.client import ApiClient
from app.portal.domain.refs import GroupRef
from app.portal.services.changes.executor import log_database_errors
from app.portal.services.health import PROBE_SECONDS, Health, check_health
from app.portal.services.side_by_side import DeviceRead
from app.portal.web import htmx, polling
from app.portal.web.access import access_of
from app.portal.web.context import portal
from app.portal.web.gauges import to_metrics
from app.portal.web.notes import read_note
from app.portal.web.request_log import trace
from app.portal.web.session import actor, current_user, current_user_or_none
from app.portal.web.submissions import submission
from app.portal.web.user_services import Services

_LAST_WRITE = "last_write"  # in the browser's cookie: the id of the request


def init_app(app: Flask) -> None:
    app.after_request(_keep_cookies)
    app.after_request(_finish_reads)


def services() -> Services:
    """Return the services of the signed-in user; one client a request."""
    if "services" not in g:
        user = current_user()
        g.cookies = user.row.backend_cookies or {}
        owner = f"{user.session_id} {session.get(_LAST_WRITE, '')}"
        g.reads = portal().page_reads(owner, _page_deadline(), is_joined=_is_read())
        g.client = portal().client(g.cookies, trace(), g.reads)
        form, note = ("", "") if _is_read() else (submission(), read_note())
        g.services = Services(portal(), g.client, user, actor(user), submission=form, note=note)
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


def read_gauges() -> Iterable[Metric]:
    """Return the figures of the database as metrics."""
    return to_metrics(portal().gauges.read())


def check_readiness() -> Health:
    """Return whether the database and the backend answer in time."""
    return check_health(portal().engine, portal().probe(PROBE_SECONDS))


def _page_deadline() -> float | None:
    """Return when a page waits no longer; None for a write, a download, and what is swapped into a page."""
    access = access_of(current_app, request.endpoint or "")
    waits = (htmx.wants_fragment() and not polling.is_poll()) or (access and (access.background or access.is_download))
    return None if waits or not _is_read() else g.began + portal().settings.page_seconds


def _is_read() -> bool:
    return request.method in {"GET", "HEAD"}


def _finish_reads(response: Response) -> Response:
    """After a write, the browser's cookie tells every process that what was read before is no answer any more."""
    if "reads" in g and not polling.keeps_answers():
        g.reads.finish()
    if "reads" in g and g.reads.has_written:
        session[_LAST_WRITE] = trace().request_id
    return response


def _keep_cookies(response: Response) -> Response:
    client: ApiClient | None = g.get("client")
    user = current_user_or_none() if client else None
    if client and user and client.authentication.cookies != g.cookies:
        with log_database_errors("the backend’s cookies"):
            portal().sessions.keep_cookies(user.row, client.authentication.cookies)
    return response
