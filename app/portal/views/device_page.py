"""The frame around every page of one device."""

from typing import Any

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.web.device_frame import keep_frame, kept_frame
from app.portal.web.services import services


def read_device(group: GroupRef, name: str) -> AccessDevice:
    """Return the device that a page is about; whatever fails after this keeps the device's header and tabs."""
    device = services().devices.get(group, name)
    device_page_context(group, device)
    return device


def device_page_context(group: GroupRef, device: AccessDevice) -> dict[str, Any]:
    """Return what templates that extend devices/_device.html need."""
    frame = kept_frame()
    if frame.get("device") is not device:
        pending_since = services().device_history.reboot_pending_since(group, device.device_name)
        frame = {"device": device, "reboot_pending_since": pending_since}
        keep_frame(frame)
    return frame
