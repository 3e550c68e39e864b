"""Answers that come late, and faults of a platform at its worst, for demonstrations and tests.

They are made below Flask, where a connection can be broken. A delay comes before the call is handled.
"""

import errno
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from random import Random
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from app.disturbance import KINDS, SLEEP, Disturbance
from app.reference_api.errors import Code
from app.reference_api.json_http import BASE, error_answer

RETRY_AFTER = 5
_DRIP_SECONDS, _DRIPS = 0.5, 24  # pause before each piece of a slow body, and the number of pieces
_PAGE = b"<!doctype html><title>Sign in</title><h1>Sign in</h1><p>The service is being maintained.</p>\n"

Body = Iterator[bytes]
Fault = Callable[[WSGIApplication, WSGIEnvironment, StartResponse], Body]


def call_kind(method: str, path: str) -> str | None:
    """Return one of KINDS; None for what is neither delayed nor failed, such as the API's description."""
    match path.removeprefix(f"{BASE}/").strip("/").split("/"):
        case ["login" | "logout"]:
            return "login"
        case _ if method not in {"GET", "HEAD"}:
            return "write"
        case ["tenants", _, "groups", _, "access_devices"]:
            return "list"
        case ["tenants", _, "groups", _, "access_devices", _]:
            return "detail"
        case (
            ["tenants", _, "groups", _, "access_devices", _, kind, *_]
            | ["tenants", _, "groups", _, kind]
            | ["tenants", _, kind, *_]
            | ["configs", kind, *_]
            | [kind, *_]
        ):
            return kind if kind in KINDS else None
    return None


class DisturbedApi:
    def __init__(self, app: WSGIApplication, disturbance: Disturbance, random: Random | None = None) -> None:
        self._app = app
        self._disturbance = disturbance
        self._random = random or Random()  # noqa: S311  # of no use to an attacker

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        kind = call_kind(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if kind is None:
            return iter(self._app(environ, start_response))
        if seconds := self._disturbance.delays.get(kind):
            _sleep(environ, seconds)
        if self._random.random() < self._disturbance.share:
            return _FAULTS[self._random.choice(self._disturbance.faults)](self._app, environ, start_response)
        return iter(self._app(environ, start_response))


def _sleep(environ: WSGIEnvironment, seconds: float) -> None:
    sleep: Callable[[float], None] = environ.get(SLEEP, time.sleep)
    sleep(seconds)


def _error(status: str, *headers: tuple[str, str]) -> Fault:
    """Refuse the call, which is not handled."""

    def fault(_app: WSGIApplication, _environ: WSGIEnvironment, start_response: StartResponse) -> Body:
        body = msgspec.json.encode(error_answer(Code.INTERNAL_ERROR, f"{status}, as REFERENCE_FAIL asks for"))
        start_response(status, [("Content-Type", "application/json"), *headers])
        return iter([body])

    return fault


def _html(status: str) -> Fault:
    def fault(_app: WSGIApplication, _environ: WSGIEnvironment, start_response: StartResponse) -> Body:
        start_response(status, [("Content-Type", "text/html; charset=utf-8")])
        return iter([_PAGE])

    return fault


def _reset(_app: WSGIApplication, environ: WSGIEnvironment, _start_response: StartResponse) -> Body:
    """Break the connection off; the call is not handled."""
    raise _broken_connection(environ)


def _lost(app: WSGIApplication, environ: WSGIEnvironment, _start_response: StartResponse) -> Body:
    """Handle the call, and break the connection off without an answer."""
    _run(app, environ)
    raise _broken_connection(environ)


def _truncated(app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Body:
    """Send a complete answer with half of its JSON."""
    body, status, headers = _run(app, environ)
    half = body[: len(body) // 2]
    headers["Content-Length"] = str(len(half))
    start_response(status, headers.to_wsgi_list())
    return iter([half])


def _cut(app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Body:
    """Break the connection off in the middle of the body."""
    body, status, headers = _run(app, environ)
    start_response(status, headers.to_wsgi_list())

    def pieces() -> Body:
        yield body[: len(body) // 2]
        raise _broken_connection(environ)

    return pieces()


def _slow_body(app: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse) -> Body:
    body, status, headers = _run(app, environ)
    start_response(status, headers.to_wsgi_list())
    size = -(-len(body) // _DRIPS)

    def pieces() -> Body:
        for start in range(0, len(body), size):
            _sleep(environ, _DRIP_SECONDS)
            yield body[start : start + size]

    return pieces()


_FAULTS: dict[str, Fault] = {
    "429": _error("429 Too Many Requests", ("Retry-After", str(RETRY_AFTER))),
    "500": _error("500 Internal Server Error"),
    "502": _html("502 Bad Gateway"),
    "503": _error("503 Service Unavailable", ("Retry-After", str(RETRY_AFTER))),
    "html": _html("200 OK"),
    "truncated": _truncated,
    "cut": _cut,
    "slow-body": _slow_body,
    "reset": _reset,
    "lost": _lost,
}


def _run(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[bytes, str, Headers]:
    chunks, status, headers = run_wsgi_app(app, environ)
    with closing(chunks):  # type: ignore[type-var]  # has close(), against its type
        return b"".join(chunks), status, headers


def _broken_connection(environ: WSGIEnvironment) -> ConnectionResetError:
    """Return the error that makes a server close the connection; with a reset, where it hands its socket on."""
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RD)  # a server that would go on with the connection reads its end
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return ConnectionResetError(errno.ECONNRESET, "as REFERENCE_FAIL asks for")
