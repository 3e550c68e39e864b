"""Configuration files of a device."""

from flask import Blueprint

blueprint = Blueprint(
    "files", __name__, url_prefix="/tenants/<name:tenant>/groups/<name:group>/devices/<name:device>/files"
)

from app.portal.views.files import changing, reading, showing, versions  # noqa: E402, F401 - they hang their routes on it
