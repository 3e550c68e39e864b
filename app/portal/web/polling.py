"""Pages that ask for their own URL again until the platform has answered.

A poll is a request with the parameter `asking`. It does not extend the session, and what it finds is not swapped in: it
leads to the page itself, which brings its own scripts and styles and finds the answers kept.
"""

import re
from time import monotonic
from typing import NamedTuple, cast

from flask import Flask, Response, flash, g, request

from app.portal.web import htmx
from app.portal.web.context import portal
from app.portal.web.urls import POLL_ARG, current_url

_ASKING_DELAYS = (1, 2, 4, 8)  # seconds before each poll
_RETRY_DELAYS = (5, 10, 20, 30, 60)  # the same where the platform does not respond
_POLL = re.compile(r"(retry)?([0-9]{1,3})\.([0-9]{1,12})", re.ASCII)


class Poll(NamedTuple):
    """The state of a page that polls: how often it did, and since when, in seconds since 1970.

    `is_retry` after the platform did not respond.
    """

    is_retry: bool
    number: int
    started: int


def init_app(app: Flask) -> None:
    app.after_request(_lead_to_page)


def is_poll() -> bool:
    return POLL_ARG in request.args


def current_poll() -> Poll:
    match = _POLL.fullmatch(request.args.get(POLL_ARG, ""))
    if match is None:
        return Poll(False, 0, int(portal().now().timestamp()))
    return Poll(match[1] is not None, int(match[2]), int(match[3]))


def seconds_waited() -> float:
    """Return the seconds since the page began to ask."""
    return max(portal().now().timestamp() - current_poll().started, 0.0) if is_poll() else monotonic() - g.began


class PollPage(NamedTuple):
    """The next poll of a page: its URL, the seconds until then, and which one it is."""

    url: str
    delay: int
    number: int
    is_retry: bool


def next_poll(*, is_retry: bool = False, least: int = 0) -> PollPage:
    """Return the next poll, after `least` seconds at least; this answer goes to the browser as it is."""
    poll = current_poll()
    number = poll.number + 1 if is_poll() and poll.is_retry == is_retry else 1
    delays = _RETRY_DELAYS if is_retry else _ASKING_DELAYS
    url, value = current_url(), f"{'retry' if is_retry else ''}{min(number, 999)}.{poll.started}"
    g.poll_page = PollPage(
        f"{url}{'&' if '?' in url else '?'}{POLL_ARG}={value}",
        max(delays[min(number, len(delays)) - 1], least),
        number,
        is_retry,
    )
    return cast(PollPage, g.poll_page)


def set_refresh(response: Response, poll: PollPage) -> None:
    """Have a browser without a script load the page again; where scripts run, one stops that and polls."""
    response.headers["Refresh"] = f"{poll.delay}; url={poll.url}"


def keeps_answers() -> bool:
    """Return True if another request comes for the answers that this one asked for."""
    if "poll_page" in g:
        return not g.poll_page.is_retry
    return is_poll()


def _lead_to_page(response: Response) -> Response:
    if not is_poll() or "poll_page" in g or htmx.is_redirect(response):
        return response
    if current_poll().is_retry and response.status_code < 500:
        flash("The platform answers again.", "ok")
    return htmx.go_to_page(current_url())
