"""One device."""

from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.roles import Permission
from app.portal.models.access_device import shown_fields
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.blueprint import blueprint
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
    history = services().history
    users = read_part(lambda: services().lines.get(group_ref, device))
    return htmx.render(
        "devices/show.html",
        **device_page_context(group_ref, access_device),
        sections=shown_fields(access_device),
        users=users.value,
        users_failure=errors.describe_part(users.failure) if users.failure else "",
        as_of=portal().now(),
        recent=history.recent(Scope(tenant, group, device), _RECENT_CHANGES),
    )
