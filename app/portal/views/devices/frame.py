"""What stands around every page of one device."""

from typing import Any

from flask import g

from app.portal.context import portal
from app.portal.models.access_device import AccessDevice


def framed(device: AccessDevice) -> dict[str, Any]:
    """What templates that extend devices/_device.html need."""
    name = device.device_name
    return {"device": device, "changed_at": portal().ledger.not_rebooted(g.place, name).get(name)}
