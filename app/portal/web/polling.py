"""Pages that ask for their own URL again until the platform has answered.

A poll is a request with the parameter `asking`, which counts. It does not extend the session, and what it finds is
not swapped in: it leads to the page itself, which brings its own scripts and styles and finds the answers kept.
"""

from time import monotonic

from flask import Flask, Response, g, request

from app.portal.web import htmx
from app.portal.web.urls import POLL_ARG, current_url

_DELAYS = (1, 2, 4, 8)  # seconds before each poll


def init_app(app: Flask) -> None:
    app.before_request(_start_clock)
    app.after_request(_lead_to_page)


def is_poll() -> bool:
    return POLL_ARG in request.args


def next_poll() -> tuple[str, int]:
    """Return the URL of the next poll and the seconds until then; this answer goes to the browser as it is."""
    g.polls_again = True
    number = request.args.get(POLL_ARG, type=int) or 0
    url = current_url()
    delay = _DELAYS[min(max(number, 0), len(_DELAYS) - 1)]
    return f"{url}{'&' if '?' in url else '?'}{POLL_ARG}={min(number + 1, 99)}", delay


def is_final() -> bool:
    """Return True if the answer to this request is what its user waits for, rather than a step to it."""
    return not is_poll() and not g.get("polls_again", False)


def _start_clock() -> None:
    g.began = monotonic()


def _lead_to_page(response: Response) -> Response:
    if not is_poll() or g.get("polls_again", False) or htmx.is_redirect(response):
        return response
    return htmx.go_to_page(current_url())
