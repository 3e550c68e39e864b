"""URLs of this site: the requested one, and ones that came from outside."""

from datetime import datetime
from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import HTTPException

POLL_ARG = "asking"  # of a request that a page sends by itself, for its own URL
_OF_A_QUERY = "!$&'()*+,;=:@/?%"  # RFC 3986, and what is encoded already


def current_url() -> str:
    """Return the requested URL, encoded again: a name may have a `%` or a `?` in it, and Flask has decoded them.

    The URL of a poll is that of its page.
    """
    args = quote(request.query_string, safe=_OF_A_QUERY).split("&")
    query = "&".join(arg for arg in args if not arg.startswith(f"{POLL_ARG}="))
    return quote(request.path) + (f"?{query}" if query else "")


def nearest_page() -> str:
    """Return the path of the page that the requested URL belongs to: the nearest above it that answers GET."""
    urls = current_app.url_map.bind("")
    parts = request.path.split("/")
    for end in range(len(parts) - 1, 1, -1):
        for path in ("/".join([*parts[:end], ""]), "/".join(parts[:end])):
            try:
                urls.match(path, "GET")
            except HTTPException:
                continue
            return quote(path)
    return "/"


def safe_redirect_target(url: str | None) -> str | None:
    """Return the URL if it stays on this site whatever a browser makes of it, else None."""
    if not url or not url.startswith("/") or url.startswith("//"):
        return None
    return url if "\\" not in url and url.isprintable() else None


def datetime_arg(name: str) -> datetime | None:
    """Return the aware moment in a parameter of the URL; None if there is none."""
    try:
        moment = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
