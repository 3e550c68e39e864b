"""Addresses of this site: the one asked for, and ones that came from outside."""

from datetime import datetime
from urllib.parse import quote

from flask import request

_OF_A_QUERY = "!$&'()*+,;=:@/?%"  # RFC 3986, and what is encoded already


def current_url() -> str:
    """What was asked for, as an address again: Flask has decoded it, and a name may have a `%` or a `?` in it."""
    query = quote(request.query_string, safe=_OF_A_QUERY)
    return quote(request.path) + (f"?{query}" if query else "")


def safe_redirect_target(address: str | None) -> str | None:
    """The address if it stays on this site whatever a browser makes of it, else None."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    return address if "\\" not in address and address.isprintable() else None


def datetime_arg(name: str) -> datetime | None:
    """The aware moment that a parameter of the address gives; None if it gives none."""
    try:
        moment = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
