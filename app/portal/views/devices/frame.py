"""What stands around every page of one device."""

from typing import Any

from app.portal.models.access_device import AccessDevice


def framed(device: AccessDevice) -> dict[str, Any]:
    """What templates that extend devices/_device.html need."""
    return {"device": device}
