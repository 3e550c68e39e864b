"""The bar of what a person may do with selected devices. It is the same for all of a role, so it is drawn once."""

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

from app.portal.domain.roles import PERMISSIONS, Role
from app.portal.web.session import current_user


def draw_selection_bar(total: int) -> Markup:
    """`total` devices are those that the list's search and filters leave."""
    return _draw(current_user().role, total)


@lru_cache(maxsize=256)
def _draw(role: Role, total: int) -> Markup:
    draw = get_template_attribute("components/selection.html", "selection_bar")
    return Markup(draw(total, PERMISSIONS[role].__contains__))  # noqa: S704 - of a template
