"""The frame around every page of one device."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice, AccessDeviceRow
from app.portal.web.device_frame import keep_frame, kept_frame
from app.portal.web.list_context import list_args
from app.portal.web.services import services

DEVICE_TABS = ("devices.show", "lines.index", "files.index", "tags.index", "history.device")


def read_device(group: GroupRef, name: str) -> AccessDevice:
    """Return the device that a page is about; whatever fails after this keeps the device's header and tabs."""
    device = services().devices.get(group, name)
    device_page_context(group, device)
    return device


def device_page_context(group: GroupRef, device: AccessDevice) -> dict[str, Any]:
    """Return what templates that extend devices/_device.html need."""
    frame = kept_frame()
    if frame.get("device") is not device:
        can_reboot = services().devices.can_reboot(device.device_type)
        pending_since = services().device_history.reboot_pending_since(group, device.device_name)
        frame = {
            "device": device,
            "can_be_rebooted": can_reboot,
            "reboot_pending_since": pending_since if can_reboot else None,
            "device_status": services().status_since.describe(group, device.device_name, device.status),
            "position": _find_position(group, device.device_name),
        }
        keep_frame(frame)
    return frame


@dataclass(frozen=True)
class Neighbour:
    name: str
    url: str


@dataclass(frozen=True)
class ListPosition:
    """The number of a device in the list that it was opened from, and the devices before and behind it."""

    number: int
    total: int
    previous: Neighbour | None
    next: Neighbour | None


def _find_position(group: GroupRef, name: str) -> ListPosition | None:
    """Return None where the list is not known, or does not have the device, maybe no longer."""
    table = services().devices.peek_list(group)
    index = table.find_index(name) if table else None
    if table is None or index is None:
        return None
    position = services().list_columns.open(group, table, list_args(), "").listing.locate(index)
    if position is None:
        return None
    previous, following = (_neighbour(group, row) for row in (position.previous, position.next))
    return ListPosition(position.number, position.total, previous, following)


def _neighbour(group: GroupRef, row: AccessDeviceRow | None) -> Neighbour | None:
    """Return the same tab of another device."""
    if row is None or row.unlinkable_reason:
        return None
    is_tab = request.endpoint in DEVICE_TABS
    endpoint = request.endpoint if request.endpoint and is_tab else "devices.show"
    url = url_for(endpoint, tenant=group.tenant_id, group=group.group_id, device=row.device_name)
    return Neighbour(row.device_name, url)
