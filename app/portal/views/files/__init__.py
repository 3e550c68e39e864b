"""Configuration files of a device."""

from app.portal.views.files import changing, reading, showing, versions  # noqa: F401 - they register their routes on it
from app.portal.views.files.blueprint import blueprint

__all__ = ["blueprint"]
