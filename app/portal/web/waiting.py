"""Pages that show part of what was asked for while the platform is asked for the rest."""

from math import ceil

from flask import Response

from app.portal.web.htmx import wants_fragment

_MIN_PAUSE = 1.0  # seconds
_MAX_PAUSE = 10.0
_MIN_RELOAD = 3  # seconds, of a whole page


def pause_after(waited: float) -> float:
    """Return the seconds until the page asks again: the longer it has waited, the more."""
    return min(_MAX_PAUSE, max(_MIN_PAUSE, waited / 3))


def reload_without_script(response: Response, seconds: float, url: str) -> None:
    """Have a browser load the page again after so many seconds; waiting.js, where it runs, prevents that."""
    if not wants_fragment():
        response.headers["Refresh"] = f"{max(_MIN_RELOAD, ceil(seconds))}; url={url}"
