"""Devices of a group."""

from app.portal.views.devices import actions, changing, checking, reading  # noqa: F401 - they register their routes on it
from app.portal.views.devices.blueprint import blueprint

__all__ = ["blueprint"]
