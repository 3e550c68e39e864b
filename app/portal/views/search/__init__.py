"""The search over everything that a user may see."""

from app.portal.views.search import live, pasted, results, typing  # noqa: F401 - they register their routes on it
from app.portal.views.search.blueprint import blueprint

__all__ = ["blueprint"]
