"""The bar of what a person may do with selected devices. It is the same for all of a role, so it is drawn once."""

from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

from app.portal.domain.roles import PERMISSIONS, Role
from app.portal.web.session import current_user


def draw_selection_bar(total: int | None, export_url: str = "") -> Markup:
    """`total` devices are those that match; None where they cannot be selected without being shown.

    `export_url` is where the export goes, where that is not the address of the form.
    """
    return _draw(current_user().role, total, export_url)


@lru_cache(maxsize=256)
def _draw(role: Role, total: int | None, export_url: str) -> Markup:
    draw = get_template_attribute("components/selection.html", "selection_bar")
    return Markup(draw(total, export_url, PERMISSIONS[role].__contains__))  # noqa: S704 - of a template
