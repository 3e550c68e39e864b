"""Jobs: many devices at once."""

from app.portal.views.jobs import commands, differences, importing, pages, preview  # noqa: F401 - they register their routes on it
from app.portal.views.jobs.blueprint import blueprint

__all__ = ["blueprint"]
