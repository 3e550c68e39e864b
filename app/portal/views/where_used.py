"""Devices of a group that set a tag or have a custom config file, and the check that reads those not read yet."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.device_parts import FILES, TAGS
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.services import services
from app.portal.web.waiting import pause_after, reload_without_script

blueprint = Blueprint("where_used", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/where-used")
_POLL = 2.0  # seconds, while a check runs


class Subject(NamedTuple):
    """A tag or a config file; `part` says which."""

    part: str
    name: str

    def url(self, group: GroupRef) -> str:
        args: dict[str, Any] = {"tag" if self.part == TAGS else "file": self.name}
        return url_for("where_used.show", tenant=group.tenant_id, group=group.group_id, **args)


def read_subject() -> Subject:
    tag, file = request.args.get("tag", ""), request.args.get("file", "")
    if not tag and not file:
        abort(404)
    return Subject(TAGS, tag) if tag else Subject(FILES, file)


@blueprint.get("")
@requires(Permission.DEVICE_VIEW)
def show(tenant: str, group: str) -> ResponseReturnValue:
    return _render(GroupRef(tenant, group))


@blueprint.get("/progress")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def progress(tenant: str, group: str) -> ResponseReturnValue:
    """Answer a page that shows a check under way, or waits for the list."""
    group_ref = GroupRef(tenant, group)
    return _render(group_ref) if htmx.wants_fragment() else htmx.go(read_subject().url(group_ref))


@blueprint.post("/check")
@requires(Permission.INDEX_SEARCH)
def check(tenant: str, group: str) -> ResponseReturnValue:
    """Begin to read the devices that were not read; with `stop`, end that."""
    group_ref, subject = GroupRef(tenant, group), read_subject()
    table = services().devices.list(group_ref).table
    if request.form.get("stop"):
        services().overviews.where_used.stop_check(group_ref, subject.part)
    elif table:
        services().overviews.where_used.start_check(group_ref, subject.part, table)
    return htmx.go(subject.url(group_ref))


def _render(group: GroupRef) -> Response:
    subject = read_subject()
    reading = services().devices.list(group)
    table, used = reading.table, services().overviews.where_used
    find = used.find_tag if subject.part == TAGS else used.find_file
    last = used.progress(group, subject.part) if table else None
    is_waiting = reading.is_asked if table is None else last is not None and last.is_running
    pause = pause_after(reading.asked_for or 0.0) if table is None else _POLL
    args = {"tag" if subject.part == TAGS else "file": subject.name}
    answer = htmx.render(
        "where_used/page.html",
        "where_used/_used.html",
        subject=subject,
        is_tag=subject.part == TAGS,
        args=args,
        is_on=used.is_on,
        table=table,
        contents=find(group, subject.name, table) if table else (),
        share=used.share(group, subject.part, table) if table else None,
        last=last,
        last_failure=errors.describe_part(last.failure) if last and last.failure else "",
        list_failure=errors.describe_part(reading.failure) if reading.failure and table is None else "",
        is_waiting=is_waiting,
        pause=pause,
    )
    if is_waiting:
        reload_without_script(answer, pause, subject.url(group))
    return answer
