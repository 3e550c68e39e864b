"""Configuration files of a device."""

from app.portal.views.files import (  # noqa: F401 - they register their routes on it
    changing,
    opened,
    reading,
    showing,
    versions,
)
from app.portal.views.files.blueprint import blueprint

__all__ = ["blueprint"]
