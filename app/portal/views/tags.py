"""The tags of a device with their values, and those that are set on the device itself."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiInvalid, ApiNotFound
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.lists.listing import Listing
from app.portal.models.access_device import AccessDevice
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.services.tags.levels import LevelName
from app.portal.views.device_page import device_page_context, read_device
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import reads, services
from app.portal.web.urls import datetime_arg

blueprint = Blueprint(
    "tags", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/tags"
)


@blueprint.get("/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.TAG_TABLE)
def index(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    access_device = read_device(group_ref, device)
    path = url_for(".index", tenant=tenant, group=group, device=device)
    status, context = _list_tags(group_ref, access_device, path)
    return htmx.render(
        "tags/page.html",
        "tags/_list.html",
        status=status,
        **device_page_context(group_ref, access_device),
        url=path,
        **context,
    )


@blueprint.get("/count")
@requires(Permission.DEVICE_VIEW, extends_session=False, background=True)
@reads(DeviceRead.DETAIL, DeviceRead.TAGS)
def count(tenant: str, group: str, device: str) -> ResponseReturnValue:
    """Show the tags that are set on the device itself, on its overview; None where they cannot be read."""
    group_ref = GroupRef(tenant, group)
    access_device = read_device(group_ref, device)
    resolution = read_part(lambda: services().tags.resolution(group_ref, access_device)).value
    own = [tag for tag in resolution.tags if tag.level == LevelName.DEVICE] if resolution else None
    return htmx.render("tags/_own.html", device=access_device, own=own, asked=True)


def _list_tags(group: GroupRef, device: AccessDevice, path: str) -> tuple[int, dict[str, Any]]:
    """Return the status of the page, and what it shows."""
    asked_set, newer_than = request.args.get("set", ""), datetime_arg("after")
    snapshot = services().tags.table(group, device, newer_than=newer_than)
    table, set_is_unknown = snapshot.value, False
    if asked_set:
        try:
            table = services().tags.table(group, device, asked_set, newer_than).value
        except (ApiNotFound, ApiInvalid):  # of a name that no set can have, some backends say that
            table, set_is_unknown = table.of_set(asked_set, ()), True
    listing = Listing(table, table.read_query(request.args), path)
    return 404 if set_is_unknown else 200, {
        "listing": listing,
        "sets": table.sets,
        "asked_set": asked_set,
        "set_is_unknown": set_is_unknown,
        "table": table,
        "as_of": table.as_of,
        "refresh_url": listing.url(page=listing.page, after=snapshot.as_of.isoformat()),
    }
