"""One device."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.roles import Permission
from app.portal.models.access_device import AccessDevice, shown_fields
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.undoing import undo_url
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import reads, services

_RECENT_CHANGES = 5


@blueprint.get("/<name:device>/")
@requires(Permission.DEVICE_VIEW)
@reads(DeviceRead.DETAIL, DeviceRead.LINES)
def show(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    access_device = read_device(group_ref, device)
    return htmx.render("devices/show.html", **overview_context(group_ref, access_device))


def overview_context(group: GroupRef, device: AccessDevice) -> dict[str, Any]:
    """Return what devices/_overview.html needs in the device's frame; lines that cannot be read are told of there."""
    name = device.device_name
    users = read_part(lambda: services().lines.get(group, name))
    return {
        **device_page_context(group, device),
        "sections": shown_fields(device),
        "users": users.value,
        "users_failure": errors.describe_part(users.failure) if users.failure else "",
        "as_of": portal().now(),
        "recent": services().history.recent(Scope(group.tenant_id, group.group_id, name), _RECENT_CHANGES),
        "undo_url": undo_url,
    }
