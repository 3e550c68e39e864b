"""What stands around every page of one device, and what was done to it while somebody looked at one."""

from datetime import datetime
from typing import Any

from flask import g

from app.portal.domain.audit import Action, Result
from app.portal.models.access_device import AccessDevice
from app.portal.store.tables import Change
from app.portal.web.context import portal


def device_page_context(device: AccessDevice) -> dict[str, Any]:
    """What templates that extend devices/_device.html need."""
    name = device.device_name
    return {
        "device": device,
        "reboot_pending_since": portal().audit_log.reboot_pending_since(g.group_ref, name).get(name),
    }


def saved_since(moment: datetime, device_name: str, action: Action) -> Change | None:
    """The newest change of this kind that took effect since then; None too where it did not come through the portal."""
    entries = portal().audit_log.of_device(g.group_ref, device_name, action)
    saved = (change for change, last in entries if last and last.outcome == Result.APPLIED)
    return next((change for change in saved if change.at >= moment), None)
