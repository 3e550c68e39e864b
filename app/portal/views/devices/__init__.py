"""Devices of a group."""

from app.portal.views.devices import (  # noqa: F401 - they register their routes on it
    actions,
    adding,
    bulk,
    changing,
    checking,
    copying,
    importing,
    listing,
    reading,
    replacing,
    saved_views,
    undoing,
)
from app.portal.views.devices.blueprint import blueprint

__all__ = ["blueprint"]
