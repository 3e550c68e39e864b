"""The frame around every page of one device."""

from typing import Any

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.web.services import services


def device_page_context(group: GroupRef, device: AccessDevice) -> dict[str, Any]:
    """Return what templates that extend devices/_device.html need."""
    pending_since = services().device_history.reboot_pending_since(group, device.device_name)
    return {"device": device, "reboot_pending_since": pending_since}
