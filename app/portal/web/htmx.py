"""Page or fragment, redirect or instruction to go: all that is known of how htmx asks and is answered."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask import make_response as make_htmx_response
from htmx_flask.requests import HtmxHeaders
from werkzeug.wrappers import Response as WerkzeugResponse


def init_app(app: Flask) -> None:
    Htmx(app)
    app.after_request(_vary)


def render(page: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """The page, or only the fragment of it that htmx swaps. The page includes that very fragment."""
    swaps = fragment is not None and wants_fragment()
    template = fragment if fragment is not None and swaps else page
    return make_response(render_template(template, is_fragment=swaps, **context), status)


def go(url: str) -> WerkzeugResponse:
    """Go to another page after a write: 303, or for htmx a 204 that names the address.

    A 303 would be followed by htmx itself and the page swapped into a fragment's place.
    """
    if not _asked():
        return redirect(url, 303)
    return cast(Callable[..., Response], make_htmx_response)("", 204, redirect=url)


def wants_fragment() -> bool:
    asked = _asked()
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def _asked() -> HtmxHeaders:
    return cast(HtmxHeaders, request.htmx)  # type: ignore[attr-defined]  # set by htmx-flask


def _vary(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response
