"""Cookies as a bare name → value table.

A jar would weigh domains, paths and Secure flags. Here one address is all there is, and whatever it sets
(a session, a load balancer's mark) must come back to it unchanged. http.cookies is no help: it drops every
cookie with an attribute it does not know.
"""

import contextlib
from collections.abc import Iterable, Mapping
from email.utils import mktime_tz, parsedate_tz
from time import time


def header(cookies: Mapping[str, str]) -> str:
    """The value of a Cookie header."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def updated(cookies: Mapping[str, str], set_cookies: Iterable[str]) -> dict[str, str]:
    """The cookies after an answer with these Set-Cookie headers, read as RFC 6265 section 5.2 says."""
    after = dict(cookies)
    for text in set_cookies:
        pair, *attributes = text.split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals):
            continue
        after.pop(name, None)
        if not _is_over(attributes):
            after[name] = value
    return after


def _is_over(attributes: Iterable[str]) -> bool:
    given = {}
    for attribute in attributes:
        name, _, value = attribute.partition("=")
        given[name.strip().lower()] = value.strip()
    with contextlib.suppress(ValueError):
        return int(given.get("max-age", "")) <= 0  # rules over Expires
    with contextlib.suppress(ValueError, OverflowError):
        end = parsedate_tz(given.get("expires", ""))
        return end is not None and mktime_tz(end) <= time()
    return False
