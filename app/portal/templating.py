"""What every template can use."""

from typing import Any

from flask import Flask, g, request, url_for

from app.portal import filters, identity, mac
from app.portal.access import Permission
from app.portal.addresses import here

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


def init_app(app: Flask) -> None:
    app.context_processor(_globals)
    app.jinja_env.globals["tenant_url"] = _tenant_url  # macros see no more than these
    app.jinja_env.filters.update(
        mac=mac.grouped,
        utc=filters.utc,
        clock=filters.clock,
        brief=filters.brief,
        iso=filters.iso,
        free_ports=filters.free_ports,
        plural=filters.plural,
        cut=filters.cut,
        visible=filters.visible,
    )


def _globals() -> dict[str, Any]:
    theme = request.cookies.get(THEME_COOKIE)
    return {
        "here": here(),
        "person": identity.person(),
        "can": _can,
        "place": g.get("place"),
        "theme": theme if theme in THEMES else "auto",
        "request_id": identity.request_id(),
    }


def _tenant_url(tenant_id: str) -> str | None:
    """The page of a tenant's groups; None for whom it would only lead back to the one group."""
    me = identity.person()
    return None if me and me.is_of_one_group else url_for("directory.tenant", tenant=tenant_id)


def _can(permission: str) -> bool:
    me = identity.person()
    return me is not None and me.may(Permission(permission))
