"""/openapi.json, and the same as a page at /docs/"""

from functools import cache
from pathlib import Path

import msgspec
from flask import Blueprint, Flask, Response

from app.reference_api.access_check import requires
from app.reference_api.openapi import page
from app.reference_api.openapi.document import build

_STYLE = Path(page.__file__).with_name("page.css")
_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def description_blueprint(app: Flask) -> Blueprint:
    """Describe all other addresses of `app`; each document is made at its first request and kept."""
    blueprint = Blueprint("description", __name__)
    document = cache(lambda: build(app))
    text = cache(lambda: msgspec.json.encode(document()))
    html = cache(lambda: page.render(document()))

    @blueprint.get("/openapi.json")
    @requires(None)
    def openapi() -> Response:
        return Response(text(), mimetype="application/json")

    @blueprint.get("/docs/")
    @requires(None)
    def docs() -> Response:
        return Response(html(), mimetype="text/html", headers={"Content-Security-Policy": _CSP})

    @blueprint.get("/docs/page.css")
    @requires(None)
    def style() -> Response:
        return Response(_STYLE.read_bytes(), mimetype="text/css")

    return blueprint
