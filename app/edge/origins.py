"""Requests that a page of another site makes a browser send."""

from typing import Any
from urllib.parse import urlsplit

from werkzeug.wsgi import get_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_cross_site(environ: dict[str, Any]) -> bool:
    """Judge by what browsers say of a request; whatever else sends one says nothing."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = environ.get("HTTP_ORIGIN")
    return origin is not None and urlsplit(origin).netloc != get_host(environ)
