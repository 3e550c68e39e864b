"""Globals and filters of every template."""

from collections.abc import MutableMapping
from functools import partial
from typing import Any

from flask import Flask, request, url_for
from flask.templating import Environment
from jinja2 import Template

from app.portal.domain import mac, ports, text
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.users import User
from app.portal.lists.places import to_place
from app.portal.web import filters, request_log, session
from app.portal.web.sign_in_redirect import unsent_cause
from app.portal.web.urls import current_url

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


class PlainEnvironment(Environment):
    """Gives templates their globals as one dict: Jinja compares the keys with each import, slowly in a ChainMap.

    Each import of macros gets its template from Jinja, which holds a lock for that, a dozen times a page.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._compiled: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        if self.auto_reload or globals or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        if name not in self._compiled:
            self._compiled[name] = super().get_template(name, parent)
        return self._compiled[name]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    app.context_processor(_globals)
    app.jinja_env.globals["tenant_url"] = _tenant_url  # macros see no context, only globals
    app.jinja_env.globals["to_place"] = to_place
    app.jinja_env.globals["unsent_cause"] = unsent_cause
    app.jinja_env.globals["platform_url"] = app.extensions["portal"].settings.platform_url
    app.jinja_env.filters.update(
        mac=mac.with_colons,
        utc=filters.utc,
        browser_name=filters.browser_name,
        clock=filters.clock,
        brief=filters.brief,
        duration=filters.duration,
        iso=filters.iso,
        free_ports=ports.format_free_ports,
        plural=text.plural,
        cut=text.cut,
        replace_unprintable=text.replace_unprintable,
    )


def _globals() -> dict[str, Any]:
    theme, user = request.cookies.get(THEME_COOKIE), session.current_user_or_none()
    return {
        "current_url": current_url(),
        "current_user": user,
        "can": partial(_may, user),
        "group_ref": _group_ref(),
        "theme": theme if theme in THEMES else "auto",
        "request_id": request_log.request_id(),
    }


def _group_ref() -> GroupRef | None:
    """Return the group that the URL names."""
    url_args = request.view_args or {}
    return GroupRef(url_args["tenant"], url_args["group"]) if "group" in url_args else None


def _tenant_url(tenant_id: str) -> str | None:
    """Return the page of a tenant's groups; None for a user whom it would lead back to the one group."""
    user = session.current_user_or_none()
    return None if user and user.is_group_scoped else url_for("directory.tenant", tenant=tenant_id)


def _may(user: User | None, permission: str) -> bool:
    return user is not None and user.may(Permission(permission))
