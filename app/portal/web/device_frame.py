"""The header and tabs of the device that a request is about, kept for whatever is said in place of its page."""

from typing import Any, cast

from flask import g


def keep_frame(context: dict[str, Any]) -> None:
    """Keep what templates/devices/_frame.html needs."""
    g.device_frame = context


def kept_frame() -> dict[str, Any]:
    """Return {} where no device has been read yet."""
    return cast(dict[str, Any], g.get("device_frame", {}))
