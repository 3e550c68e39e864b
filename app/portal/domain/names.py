"""Names as one part of a URL path."""

from urllib.parse import quote

MAX_ENCODED_BYTES = 1024  # three such names stay below the 4094 bytes that gunicorn reads of a request line


def is_addressable(name: str) -> bool:
    return unaddressable_reason(name) is None


def unaddressable_reason(name: str) -> str | None:
    """Return, as a sentence for users, why no URL can carry this name; None if one can.

    Every HTTP client removes "", "." and "..", however they are encoded, and every WSGI server decodes %2F before
    routing. Proxies and databases end or refuse a text at NUL.
    """
    if not name:
        return "The name is empty and cannot be used in a web address."
    if name in {".", ".."}:
        return "The name is only dots, which cannot be used in a web address."
    if "/" in name:
        return "The name contains “/”, which cannot be used in a web address."
    if "\0" in name:
        return "The name contains a NUL character, which cannot be used in a web address."
    if "\N{REPLACEMENT CHARACTER}" in name or not _is_encodable(name):
        return "The name contains a damaged character and cannot be used in a web address."
    if 3 * len(name.encode()) > MAX_ENCODED_BYTES and len(quote(name, safe="")) > MAX_ENCODED_BYTES:
        return "The name is too long for a web address."
    return None


def quote_name(name: str) -> str:
    """Percent-encode everything but letters, digits and `-._~`, once.

    Raises ValueError, with the reason as its text, for a name that no URL can carry.
    """
    reason = unaddressable_reason(name)
    if reason is not None:
        raise ValueError(reason)
    return quote(name, safe="")


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True
