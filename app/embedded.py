"""Calls to a WSGI application in this process, like calls over a socket."""

import io
import logging
import math
import sys
from collections.abc import Iterable, Mapping
from contextvars import Context
from http.client import HTTPMessage
from time import monotonic, sleep
from typing import Any, cast
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.types import WSGIApplication

import requests
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse, Timeout
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from app.disturbance import SLEEP

log = logging.getLogger(__name__)


class WsgiAdapter(HTTPAdapter):
    """An exception of the application is logged and answered as servers do: with 500 or, once the answer has begun,
    by breaking it off. A ConnectionResetError breaks it off in any case. The application runs in the caller's thread
    but in a context of its own, so that neither sees the context variables (such as Flask's request) of the other.
    Timeouts apply only where the application waits by the sleep of its environment.
    """

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        super().__init__()
        self._app = wsgi_app

    def send(self, request: PreparedRequest, *_args: object, timeout: object = None, **_kwargs: object) -> Response:
        context = Context()
        environ = _environ(request) | {SLEEP: _Patience(timeout).sleep}
        try:
            chunks, status, headers = context.run(run_wsgi_app, self._app, environ)
        except ConnectionResetError as error:
            raise requests.ConnectionError(error, request=request) from error
        except _PatienceEnded as error:
            raise requests.ReadTimeout(error, request=request) from error
        except Exception:
            log.exception("the application failed at %s %s", request.method, urlsplit(request.url).path)
            chunks, status, headers = (), "500 Internal Server Error", Headers()
        code, _, reason = status.partition(" ")
        raw = HTTPResponse(
            io.BufferedReader(_Body(chunks, context)),
            HTTPHeaderDict(headers.items()),
            int(code),
            reason=reason,
            preload_content=False,
            request_method=request.method,
            original_response=cast(Any, _CookieSource(headers)),
        )
        return self.build_response(request, raw)


class _PatienceEnded(TimeoutError): ...


class _Patience:
    """Sleeps for the application, no longer than its caller waits; only urllib3's Timeout is understood."""

    def __init__(self, timeout: object) -> None:
        limits = timeout if isinstance(timeout, Timeout) else Timeout()
        self._silence = _seconds(limits.read_timeout)
        self._deadline = monotonic() + _seconds(limits.total)

    def sleep(self, seconds: float) -> None:
        limit = max(0.0, min(self._silence, self._deadline - monotonic()))
        sleep(min(seconds, limit))
        if seconds > limit:
            raise _PatienceEnded("the caller waits no longer")


def _seconds(limit: object) -> float:
    return limit if isinstance(limit, int | float) else math.inf


class _CookieSource:
    """The part of an http.client.HTTPResponse from which requests reads cookies."""

    def __init__(self, headers: Headers) -> None:
        self.msg = HTTPMessage()
        for name, value in headers.items():
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True

    def close(self) -> None: ...


class _Body(io.RawIOBase):
    """The application's answer as a file; closing it closes the answer."""

    def __init__(self, chunks: Iterable[bytes], context: Context) -> None:
        self._chunks = chunks
        self._next = iter(chunks)
        self._context = context
        self._remaining = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            while not self._remaining:
                self._remaining = memoryview(self._context.run(next, self._next))
        except StopIteration:
            return 0
        except _PatienceEnded:
            raise
        except Exception as error:
            raise ConnectionResetError("the application broke off its answer") from error
        size = min(len(buffer), len(self._remaining))
        buffer[:size], self._remaining = self._remaining[:size], self._remaining[size:]
        return size

    def close(self) -> None:
        if not self.closed and hasattr(self._chunks, "close"):
            self._context.run(self._chunks.close)
        super().close()


def _environ(request: PreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url or "")
    body = _bytes(request.body)
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port or {"https": 443}.get(url.scheme, 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc.rpartition("@")[2],
        **_headers(request.headers),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Rename headers as CGI does. One with "_" is left out, as servers do: it could pass for one with "-"."""
    cgi_headers = {}
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        if "_" not in name and key not in {"CONTENT_LENGTH", "TRANSFER_ENCODING"}:
            text = value if isinstance(value, str) else value.decode("latin-1")
            cgi_headers[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    return cgi_headers


def _bytes(body: Any) -> bytes:
    """Read the whole body; requests accepts text, bytes, an open file or an iterable of bytes."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)
