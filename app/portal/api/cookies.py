"""Cookies as a plain name → value mapping.

A cookie jar would compare domains, paths and Secure flags. Here is one address only, and whatever it sets (a session,
a load balancer's cookie) must come back to it unchanged. http.cookies drops cookies with unknown attributes.
"""

import contextlib
from collections.abc import Iterable, Mapping
from email.utils import mktime_tz, parsedate_tz


def cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def apply_set_cookies(cookies: Mapping[str, str], set_cookies: Iterable[str], now: float) -> dict[str, str]:
    """Return the cookies after an answer with these Set-Cookie headers (RFC 6265, section 5.2).

    `now`, in seconds since 1970, is by the clock of who sets them.
    """
    result = dict(cookies)
    for text in set_cookies:
        pair, *attributes = text.split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals):
            continue
        result.pop(name, None)
        if not _is_expired(attributes, now):
            result[name] = value
    return result


def _is_expired(attributes: Iterable[str], now: float) -> bool:
    values = {}
    for attribute in attributes:
        name, _, value = attribute.partition("=")
        values[name.strip().lower()] = value.strip()
    with contextlib.suppress(ValueError):
        return int(values.get("max-age", "")) <= 0  # takes precedence over Expires
    with contextlib.suppress(ValueError, OverflowError):
        expires = parsedate_tz(values.get("expires", ""))
        return expires is not None and mktime_tz(expires) <= now
    return False
