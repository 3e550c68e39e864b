"""The reference API as it is served to callers from outside, whom the limits of a portal beside it hold too."""

import io
import json
from collections.abc import Iterable
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

from flask import Response

from app import metrics
from app.edge.origins import SAFE_METHODS, is_cross_site
from app.reference_api.errors import ApiError, Forbidden, NotJson
from app.reference_api.json_http import BASE, is_json, reply_error

_SIGN_IN = f"{BASE}/login/"
_LONGEST_SIGN_IN = 16_384  # bytes; a longer one is refused by the application, without a look at it here
_OUTCOMES = {"200": "signed in", "401": "wrong"}
_CROSS_SITE = "A page of another site made the browser send this request."
_LOCKED = "Too many wrong passwords for this account or from this address. Try again in some minutes."


class AttemptCounter(Protocol):
    """Counts sign-ins before they are made, like those through the portal's page."""

    window_seconds: int

    def register(self, username: str, address: str) -> int | None:
        """Return the id of an attempt, or None where there were too many."""

    def discard(self, attempt_id: int) -> None:
        """Forget an attempt that was no wrong password."""


class OutsideApi:
    """Passes requests on to the API, but for writes that another site or something else than JSON makes.

    Without `attempts`, sign-ins are not counted.
    """

    def __init__(self, api: WSGIApplication, attempts: AttemptCounter | None = None) -> None:
        self._api = api
        self._attempts = attempts

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in SAFE_METHODS:
            return self._api(environ, start_response)
        if is_cross_site(environ):
            return _refuse(Forbidden(_CROSS_SITE))(environ, start_response)
        if not is_json(environ.get("CONTENT_TYPE", "")):
            return _refuse(NotJson())(environ, start_response)
        if self._attempts and environ["PATH_INFO"].rstrip("/") == _SIGN_IN.rstrip("/"):
            return self._sign_in(self._attempts, environ, start_response)
        return self._api(environ, start_response)

    def _sign_in(self, attempts: AttemptCounter, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        attempt_id = attempts.register(_read_username(environ), environ.get("REMOTE_ADDR", ""))
        if attempt_id is None:
            metrics.sign_in_attempts.labels("api", "locked").inc()
            refusal = reply_error(429, Forbidden.code, _LOCKED)
            refusal.headers["Retry-After"] = str(attempts.window_seconds)
            return refusal(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            outcome = _OUTCOMES.get(status[:3], "other")
            if outcome != "wrong":
                attempts.discard(attempt_id)
            metrics.sign_in_attempts.labels("api", outcome).inc()
            return start_response(status, headers, *exc_info)

        return self._api(environ, start)


def _refuse(error: ApiError) -> Response:
    return reply_error(error.status, error.code, *error.details)


def _read_username(environ: dict[str, Any]) -> str:
    """Return the name in a sign-in, and leave its body to be read again; "" where there is none."""
    stream = environ["wsgi.input"]
    try:
        head = stream.read(min(int(environ.get("CONTENT_LENGTH") or _LONGEST_SIGN_IN), _LONGEST_SIGN_IN))
    except Exception:  # the application meets the same, and answers it
        return ""
    environ["wsgi.input"] = _Again(head, stream)
    try:
        fields = json.loads(head)
    except (ValueError, RecursionError):
        return ""
    return str(fields.get("username", "")) if isinstance(fields, dict) else ""


class _Again(io.RawIOBase):
    """A part of a stream that was read, followed by the rest of it."""

    def __init__(self, head: bytes, rest: Any) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)
