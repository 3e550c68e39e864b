"""The tags of a device: what each stands for, where that comes from, and how many are set on the device itself."""

from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiInvalid, ApiNotFound, ApiUnavailable
from app.portal.domain.roles import Permission
from app.portal.lists.listing import Listing
from app.portal.models.access_device import AccessDevice
from app.portal.services.tags.levels import LevelName
from app.portal.views.device_page import device_page_context
from app.portal.web import errors, htmx, session
from app.portal.web.access import requires
from app.portal.web.services import services
from app.portal.web.urls import current_url, datetime_arg

blueprint = Blueprint(
    "tags", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/tags"
)


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    found = services().devices.get(g.group_ref, device)
    path = url_for(".index", tenant=tenant, group=group, device=device)
    try:
        return _show(found, path, asked_set=request.args.get("set", ""))
    except ApiUnavailable as error:
        failure = errors.of(error)
        request_id = session.request_id()
        return _render(
            found,
            path,
            status=failure.status,
            failure=failure,
            retry_url=current_url(),
            listing=None,
            request_id=request_id,
        )


@blueprint.get("/count")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
def count(tenant: str, group: str, device: str) -> ResponseReturnValue:
    """How many tags are set on the device itself, for its overview; the words of the plain link where none can tell."""
    found = services().devices.get(g.group_ref, device)
    try:
        own = sum(tag.level == LevelName.DEVICE for tag in services().tags.resolution(g.group_ref, found).tags)
    except ApiUnavailable:
        own = None
    return htmx.render("tags/_own.html", device=found, own=own, asked=True)


def _show(device: AccessDevice, path: str, asked_set: str) -> ResponseReturnValue:
    newer_than = datetime_arg("after")
    snapshot = services().tags.table(g.group_ref, device, newer_than=newer_than)
    table, set_is_unknown = snapshot.value, False
    if asked_set:
        try:
            table = services().tags.table(g.group_ref, device, asked_set, newer_than).value
        except (ApiNotFound, ApiInvalid):  # of a name that no set can have, some backends say that
            table, set_is_unknown = table.of_set(asked_set, ()), True
    query = table.read_query(request.args)
    listing = Listing(table, query, path)
    return _render(
        device,
        path,
        status=404 if set_is_unknown else 200,
        failure=None,
        listing=listing,
        sets=table.sets,
        asked_set=asked_set,
        set_is_unknown=set_is_unknown,
        table=table,
        as_of=table.as_of,
        refresh_url=listing.url(page=listing.page, after=snapshot.as_of.isoformat()),
    )


def _render(device: AccessDevice, path: str, **context: Any) -> ResponseReturnValue:
    return htmx.render(
        "tags/page.html", "tags/_list.html", **device_page_context(g.group_ref, device), url=path, **context
    )
