"""Masking of what is secret in texts."""

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar

MASK = "•••"
_SHORTEST_SECRET = 4  # characters; a shorter one is in too many words
_CREDENTIALS = re.compile(r"(?<=://)[^\s\"'<>]{0,1000}@")  # of a URL; a password may hold anything
_QUERY = re.compile(r"(?<=[^\s?])\?[^\s\"'<>?=]*=[^\s\"'<>)]*")  # of a URL; it may hold what somebody searched for

_secrets: ContextVar[Callable[[], Iterable[str]]] = ContextVar("secrets of the request", default=tuple)


def use_secrets(list_secrets: Callable[[], Iterable[str]]) -> None:
    """Mask these too in this thread or greenlet. They are listed when a text is masked."""
    _secrets.set(list_secrets)


def mask_text(text: str) -> str:
    """Mask the secrets of the request, and credentials and queries of URLs."""
    return _QUERY.sub(f"?{MASK}", mask_credentials(mask_values(text, _secrets.get()())))


def mask_values(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return text


def mask_credentials(text: str) -> str:
    """Mask those of the URLs in a text."""
    return _CREDENTIALS.sub(f"{MASK}@", text)
