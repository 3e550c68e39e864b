"""Page or fragment, redirect or 204: how requests of htmx are told apart and answered."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask import make_response as make_htmx_response
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as WerkzeugResponse

from app.edge.request_body import LimitedRequest


class PageRequest(LimitedRequest, HtmxAwareRequest):  # type: ignore[misc]  # published without types
    """A request of a browser or of htmx."""


def init_app(app: Flask) -> None:
    Htmx(app)
    app.request_class = PageRequest  # in the place of the extension's own
    app.after_request(_vary)


def render(page: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """Render the page, or only the fragment of it that htmx swaps. The page includes that very fragment."""
    template = fragment if fragment and wants_fragment() else page
    return make_response(render_template(template, is_fragment=template is not page, **context), status)


def go(url: str) -> WerkzeugResponse:
    """Go to another page after a write: 303, or for htmx a 204 that names the address.

    A 303 would be followed by htmx itself and the page swapped into a fragment's place.
    """
    if not is_htmx():
        return redirect(url, 303)
    return cast(Callable[..., Response], make_htmx_response)("", 204, redirect=iri_to_uri(url))


def go_to_page(url: str) -> Response:
    """Load a page as a whole, with its scripts and styles; where the browser shows it already, load it again."""
    if not is_htmx():
        return make_response(redirect(url, 303))
    shown = urlsplit(_htmx_headers().current_url or "")
    if url == shown._replace(scheme="", netloc="", fragment="").geturl():
        return cast(Callable[..., Response], make_htmx_response)("", 204, refresh=True)
    return make_response(go(url))


def is_redirect(response: Response) -> bool:
    return bool(response.location) or "HX-Redirect" in response.headers


def is_htmx() -> bool:
    return bool(_htmx_headers())


def retarget(response: Response, element_id: str) -> Response:
    """Have htmx put the answer in the place of another element than the one that asked."""
    response.headers["HX-Retarget"] = f"#{element_id}"
    return response


def trigger(response: Response, event: str) -> Response:
    """Have htmx send an event of this name from the element that asked."""
    response.headers["HX-Trigger"] = event
    return response


def wants_fragment() -> bool:
    headers = _htmx_headers()
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def _htmx_headers() -> HtmxHeaders:
    return cast(HtmxHeaders, request.htmx)  # type: ignore[attr-defined]  # set by htmx-flask


def _vary(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response
