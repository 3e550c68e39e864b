"""Parts of the bar above every page, which are nearly the same from page to page, so they are drawn once."""

import secrets
from collections.abc import Sequence
from functools import lru_cache

from flask import Flask, get_template_attribute, url_for
from markupsafe import Markup, escape

from app.portal.domain.roles import PERMISSIONS, Role
from app.portal.web.csrf import token_of_answer
from app.portal.web.session import current_user

# What stands in the menu in place of the URL and the token of the page, and that nobody can have in a name.
_URL, _TOKEN = secrets.token_hex(), secrets.token_hex()
_MOST_KEPT = 256

Link = tuple[str, str, str]  # URL, words, key


def init_app(app: Flask) -> None:
    app.jinja_env.globals["person_menu"] = _draw_person_menu
    app.jinja_env.globals["search_form"] = _draw_search_form


def _draw_person_menu(theme: str, links: Sequence[Link], url: str) -> Markup:
    """`url` is the page to come back to, which error pages do not repeat."""
    user, help_url = current_user(), url_for("help.show")
    html = _draw_menu(user.username, user.role, theme, tuple(links), help_url, url == help_url)
    return Markup(html.replace(_URL, escape(url)).replace(_TOKEN, token_of_answer()))  # noqa: S704 - of a template


@lru_cache(maxsize=_MOST_KEPT)
def _draw_menu(username: str, role: Role, theme: str, links: Sequence[Link], help_url: str, is_help: bool) -> str:
    draw = get_template_attribute("components/frame.html", "person_menu")
    may = PERMISSIONS[role].__contains__
    return str(draw(username, role, theme, links, help_url, is_help, _URL, _TOKEN, may))


def _draw_search_form(text: str) -> Markup:
    return _draw_search(text, url_for("search.show"), url_for("search.suggest"))


@lru_cache(maxsize=_MOST_KEPT)
def _draw_search(text: str, url: str, suggest_url: str) -> Markup:
    return Markup(get_template_attribute("components/frame.html", "search")(text, url, suggest_url))  # noqa: S704
