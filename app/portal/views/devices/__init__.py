"""Devices of a group."""

from flask import Blueprint

blueprint = Blueprint("devices", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices")

from app.portal.views.devices import actions, changing, checking, reading  # noqa: E402, F401 - they hang their routes on it
