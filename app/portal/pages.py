"""What every template can use."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for

from app.portal import filters, identity, mac
from app.portal.access import Permission
from app.portal.addresses import here

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


def init_app(app: Flask) -> None:
    app.context_processor(_globals)
    app.jinja_env.filters.update(
        mac=mac.grouped,
        utc=filters.utc,
        clock=filters.clock,
        iso=filters.iso,
        free_ports=filters.free_ports,
        plural=filters.plural,
    )
    app.jinja_env.globals.update(asset=asset)


def asset(path: str) -> str:
    """The address of a static file; it changes whenever the file does."""
    return url_for("static", filename=path, v=_version(Path(current_app.static_folder or "", path)))


def _globals() -> dict[str, Any]:
    theme = request.cookies.get(THEME_COOKIE)
    return {
        "here": here(),
        "person": identity.person(),
        "can": _can,
        "place": g.get("place"),
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "request_id": identity.request_id(),
    }


def _can(permission: str) -> bool:
    me = identity.person()
    return me is not None and me.may(Permission(permission))


@cache
def _version(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
