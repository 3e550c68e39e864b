"""The overview of a group. It waits for nothing but the list, and has panels that load by themselves."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.roles import Permission
from app.portal.services.devices.list_reading import DeviceListReading
from app.portal.services.devices.table import DeviceTable
from app.portal.services.jobs.words import describe_state
from app.portal.services.overview.figures import OFFLINE, count_devices
from app.portal.services.parts import read_part
from app.portal.web import errors, htmx, request_log
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.urls import datetime_arg
from app.portal.web.waiting import pause_after, reload_without_script

blueprint = Blueprint("overview", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>")
_RECENT_CHANGES = 5
_JOBS = 5


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def group(tenant: str, group: str) -> ResponseReturnValue:
    """With `still`, show the numbers as they are; with `after`, those of a later moment."""
    group_ref, is_still = GroupRef(tenant, group), bool(request.args.get("still"))
    reading = services().devices.list(group_ref, datetime_arg("after"), retries=not is_still, refreshes=not is_still)
    return _render(group_ref, reading, is_waiting=reading.is_asked and not is_still)


@blueprint.get("/progress")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def progress(tenant: str, group: str) -> ResponseReturnValue:
    """Answer a page that has the numbers of `than`: with newer ones or, until there are, with how long it takes."""
    group_ref = GroupRef(tenant, group)
    if not htmx.wants_fragment():
        return htmx.go(_url("group", group_ref))
    reading = services().devices.list(group_ref, waits=False)
    if reading.is_asked and reading.as_of == datetime_arg("than"):
        context = _wait_context(group_ref, reading, is_waiting=True)
        return htmx.render("devices/_asking.html", reading=reading, **context)
    return htmx.retarget(_render(group_ref, reading, is_waiting=reading.is_asked), "overview")


@blueprint.get("/ports")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def ports(tenant: str, group: str) -> ResponseReturnValue:
    """Show the ports in use: in the overview, or as a page where there is no script."""
    group_ref = GroupRef(tenant, group)
    reading = services().devices.list(group_ref, refreshes=False)
    table = reading.table
    part = read_part(lambda: services().overviews.group.ports(table)) if table else None
    if part is None and not htmx.wants_fragment():
        return htmx.go(_url("group", group_ref))
    return htmx.render(
        "overview/ports.html",
        "overview/_ports.html",
        ports=part.value if part else None,
        failure=errors.describe_part(part.failure) if part and part.failure else "",
    )


@blueprint.get("/recent")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def recent(tenant: str, group: str) -> ResponseReturnValue:
    """Show the last changes in the overview; the history has them as a page."""
    group_ref = GroupRef(tenant, group)
    services().devices.list(group_ref, refreshes=False)  # raises what the platform answers to this session
    if not htmx.wants_fragment():
        return htmx.go(url_for("history.group", tenant=tenant, group=group))
    entries = services().history.recent(Scope(tenant, group), _RECENT_CHANGES)
    return htmx.render("overview/_recent.html", recent=entries)


@blueprint.get("/jobs")
@requires(Permission.JOBS_VIEW, extends_session=False)
def jobs(tenant: str, group: str) -> ResponseReturnValue:
    """Show jobs under way in the overview; the page of jobs lists all."""
    group_ref = GroupRef(tenant, group)
    services().devices.list(group_ref, refreshes=False)  # raises what the platform answers to this session
    if not htmx.wants_fragment():
        return htmx.go(url_for("jobs.index"))
    under_way = services().overviews.jobs.list(group_ref, _JOBS)
    return htmx.render(
        "overview/_jobs.html",
        jobs=[(job, describe_state(job), services().job_reports.tally(job)) for job in under_way],
    )


def _render(group: GroupRef, reading: DeviceListReading, *, is_waiting: bool) -> Response:
    failure = errors.describe(reading.failure) if reading.failure and not is_waiting else None
    context = {
        **_wait_context(group, reading, is_waiting=is_waiting),
        **_table_context(group, reading.table),
        "reading": reading,
        "is_waiting": is_waiting,
        "failure": failure,
    }
    answer = htmx.render(
        "overview/group.html",
        "overview/_group.html",
        status=failure.status if failure and reading.table is None else 200,
        head=_draw_head(group, reading, context),
        request_id=request_log.request_id(),
        **context,
    )
    if is_waiting or failure:
        reload_without_script(answer, context["pause"], _url("group", group))
    return answer


def _draw_head(group: GroupRef, reading: DeviceListReading, context: Mapping[str, Any]) -> Markup:
    """Return what stands above the numbers, drawn once for all of a role who see the same of a list."""
    draw = partial(render_template, "overview/_head.html", **context)
    variant = ("overview head", group, current_user().role, context["group_name"], reading.as_of)
    is_of_request = context["is_waiting"] or context["failure"]
    html = draw() if is_of_request or reading.table is None else reading.table.drawn.page(variant, draw)
    return Markup(html)  # noqa: S704 - of a template


def _wait_context(group: GroupRef, reading: DeviceListReading, *, is_waiting: bool) -> Mapping[str, Any]:
    urls = {
        "list_url": _url("group", group),
        "refresh_url": _url("group", group, after=(reading.as_of or reading.now).isoformat()),
    }
    if not is_waiting and not reading.failure:
        return urls
    than = {"than": reading.as_of.isoformat()} if reading.as_of else {}
    return {
        **urls,
        "pause": pause_after(reading.asked_for or 0.0) if is_waiting else reading.retry_in + 1,
        "poll_url": _url("progress", group, **than),
        "still_url": _url("group", group, still="1"),
        "longest": portal().settings.list_timeout,
    }


def _table_context(group: GroupRef, table: DeviceTable | None) -> Mapping[str, Any]:
    """Return what is shown of a list; what the portal keeps itself is shown only beside one."""
    if table is None:
        return {"table": None, "group_name": group.group_id}
    overview = services().overviews.group
    facts = overview.facts(group)

    def draw() -> str:
        return render_template(
            "overview/_panels.html",
            figures=count_devices(table),
            custom_files=facts.custom_files,
            offline=overview.offline_longest(facts, table),
            offline_count=table.counts["status"].get(OFFLINE, 0),
        )

    variant = ("overview", group, current_user().role, facts.custom_files, tuple(facts.longest))
    panels = table.drawn.page(variant, draw) if table.rows else ""
    return {
        "table": table,
        "group_name": facts.name or group.group_id,
        "panels": Markup(panels),  # noqa: S704 - of a template
    }


def _url(name: str, group: GroupRef, **args: str) -> str:
    values: dict[str, Any] = {"tenant": group.tenant_id, "group": group.group_id, **args}
    return url_for(f"overview.{name}", **values)
