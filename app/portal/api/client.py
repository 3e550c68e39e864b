"""The backend's REST API over HTTP: one client for one user and one request."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPMethod
from time import monotonic
from types import NoneType
from typing import Any, TypeVar, overload
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import BaseAdapter

from app import logs, metrics
from app.portal.api.answers import PAGE_CAUSE, SUCCESSES, is_page, parse_date, parse_retry_after, read_error
from app.portal.api.authentication import CookieAuthentication
from app.portal.api.errors import ApiBroken, ApiMisaddressed, ApiPageAnswer
from app.portal.api.guard import Guard
from app.portal.api.kinds import group_of, kind_of
from app.portal.api.page_reads import PageReads
from app.portal.api.pending_calls import PendingCall, RawAnswer
from app.portal.api.problems import one_line
from app.portal.api.trace import CallTrace
from app.portal.api.transport_errors import TRANSPORT_ERRORS, Limits, classify
from app.portal.domain.names import quote_name
from app.portal.models.access_device import SECRET_KEYS
from app.portal.models.decoding import Body, decode
from app.telemetry.spans import SPANS

log = logging.getLogger(__name__)

T = TypeVar("T")

__all__ = ["ApiClient", "Limits"]

_ERROR_BYTES = 65_536  # of an error's body: more than is shown of it
_CHUNK = 65_536
_SECRET_KEYS = ("fileContent", *SECRET_KEYS)  # that of a device's password is the sign-in's too


class _AnswerTooBig(Exception): ...


class ApiClient:
    """Calls under `<base_url><prefix>`; paths are given as names, query and body unencoded.

    Every call raises only ApiError, and is sent once at most. Requests go straight to the adapter: a
    requests.Session would follow redirects, read ~/.netrc and proxies, and drop cookies. Of a write that succeeded
    nothing needs to be read: post and put return None where the answer is not of the type.
    """

    def __init__(
        self,
        base_url: str,
        adapter: BaseAdapter,
        limits: Limits,
        *,
        authentication: CookieAuthentication | None = None,
        prefix: str = "/api/v1/",
        trace: CallTrace | None = None,
        reads: PageReads | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.authentication = authentication or CookieAuthentication()
        self._root = base_url.rstrip("/") + prefix
        self._adapter = adapter
        self._limits = limits
        self._trace = trace or CallTrace()
        self._reads = reads
        self._guard = guard
        self._reads_lists = False

    def begin(self, path: Sequence[str], query: Mapping[str, str] | None = None) -> None:
        """Start a read that a `get` of the same will ask for; an error comes to that one."""
        if self._reads is not None:
            with suppress(ApiMisaddressed):
                request = self._prepare(HTTPMethod.GET, path, query, None)
                self._reads.begin(str(request.url), kind_of(path), partial(self._send, request, path))

    def detach(self, read_total: float | None = None) -> "ApiClient":
        """Return a client of the same session whose calls may outlive the request; seconds to read a list."""
        client = copy(self)
        client._reads = None
        if read_total:
            client._limits = replace(self._limits, read_total=read_total)
            client._reads_lists = True
        return client

    def get(self, path: Sequence[str], type: type[T], query: Mapping[str, str] | None = None) -> T:
        """Raise StillAsking too where the client reads for a page."""
        answer = self._call(HTTPMethod.GET, path, query=query)
        try:
            return decode(answer.body, type)
        except ValueError as error:
            raise ApiBroken("unreadable response", status=answer.status) from error

    @overload
    def post(self, path: Sequence[str], body: object = None) -> None: ...
    @overload
    def post(self, path: Sequence[str], body: object, type: type[T]) -> T | None: ...
    def post(self, path: Sequence[str], body: object = None, type: type[Any] = NoneType) -> Any:
        return _decode_if_readable(self._call(HTTPMethod.POST, path, body=body), type)

    @overload
    def put(self, path: Sequence[str], body: object = None) -> None: ...
    @overload
    def put(self, path: Sequence[str], body: object, type: type[T]) -> T | None: ...
    def put(self, path: Sequence[str], body: object = None, type: type[Any] = NoneType) -> Any:
        return _decode_if_readable(self._call(HTTPMethod.PUT, path, body=body), type)

    def delete(self, path: Sequence[str]) -> None:
        self._call(HTTPMethod.DELETE, path)

    def _call(
        self,
        method: HTTPMethod,
        path: Sequence[str],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> RawAnswer:
        """Send a request and return the answer, if it tells of success."""
        request = self._prepare(method, path, query, body)
        is_write = method is not HTTPMethod.GET
        began = monotonic()
        try:
            answer = self._answer(request, path, is_write=is_write)
        except _AnswerTooBig:
            raise ApiBroken("response too large") from None
        except TRANSPORT_ERRORS as error:
            raise classify(error, self._limits, is_write=is_write) from error
        finally:
            self._trace.seconds += monotonic() - began
        self.authentication.receive(answer.set_cookies, answer.sent_at)
        if answer.status not in SUCCESSES:
            raise read_error(answer.status, answer.body, answer.retry_after, is_write=is_write, secrets=_secrets(body))
        if is_page(answer.body):
            raise ApiPageAnswer(f"{PAGE_CAUSE} ({answer.status})", status=answer.status, maybe_acted=is_write)
        return answer

    def _answer(self, request: requests.PreparedRequest, path: Sequence[str], *, is_write: bool) -> RawAnswer:
        if self._reads is None:
            return self._send(request, path)
        if not is_write:
            return self._reads.result(str(request.url), kind_of(path), partial(self._send, request, path))
        try:
            return self._send(request, path)
        finally:
            self._reads.forget()

    def _send(
        self, request: requests.PreparedRequest, path: Sequence[str], pending: PendingCall | None = None
    ) -> RawAnswer:
        method = request.method or HTTPMethod.GET
        seconds = self._limits.total(is_write=method != HTTPMethod.GET)
        exchange = partial(self._exchange, request, kind_of(path, method))
        if self._guard is None:
            return exchange(seconds)
        group = group_of(path, method, is_list=self._reads_lists)
        return self._guard.call(kind_of(path, method), group, exchange, seconds, pending)

    def _exchange(self, request: requests.PreparedRequest, kind: str, seconds: float) -> RawAnswer:
        """Send a request and read its answer, perhaps in another thread and for longer than the client is used."""
        timeout: Any = self._limits.timeout(seconds)  # requests accepts urllib3's, against its types
        started, outcome, level = monotonic(), "no answer", logging.DEBUG
        span = SPANS.begin(kind, self._trace.traceparent, is_call=True)
        if span:
            request.headers["traceparent"] = span.traceparent
        try:
            with self._adapter.send(request, stream=True, timeout=timeout) as response:
                sent_at = parse_date(response.headers.get("Date")) or datetime.now(UTC)
                answer = RawAnswer(
                    response.status_code,
                    self._body(response, is_write=request.method != HTTPMethod.GET),
                    parse_retry_after(response.headers.get("Retry-After"), sent_at),
                    tuple(response.raw.headers.getlist("Set-Cookie")),
                    sent_at.timestamp(),
                )
                outcome = str(answer.status)
                location = response.headers.get("Location")
                if location and answer.status not in SUCCESSES:  # of 201 it is the new device's
                    outcome, level = f"{outcome}, redirected to {_address(location)}", logging.WARNING
            return answer
        finally:
            path = urlsplit(request.url).path
            took, extra = monotonic() - started, logs.fields(request_id=self._trace.request_id)
            log.log(level, "%s %s: %s, %d ms", request.method, path, outcome, took * 1000, extra=extra)
            metrics.backend_call_seconds.labels(kind).observe(took)
            outcome = outcome.partition(",")[0]
            metrics.backend_calls.labels(kind, outcome).inc()
            if span:
                attributes = {
                    "portal.call": kind,
                    "portal.outcome": outcome,
                    "portal.request_id": self._trace.request_id,
                }
                span.end(attributes, has_failed=outcome == "no answer" or outcome.startswith("5"))

    def _body(self, response: requests.Response, *, is_write: bool) -> Body:
        is_success = response.status_code in SUCCESSES
        max_bytes = self._limits.max_bytes if is_success else _ERROR_BYTES
        return _read(response, max_bytes, is_needed=is_success and not is_write)

    def _prepare(
        self, method: HTTPMethod, path: Sequence[str], query: Mapping[str, str] | None, body: object
    ) -> requests.PreparedRequest:
        """Raise ApiMisaddressed for a path or value that cannot be sent exactly."""
        try:
            parts = [quote_name(name) for name in path]
        except ValueError as reason:
            raise ApiMisaddressed(str(reason)) from None
        url = self._root + "".join(f"{part}/" for part in parts)
        try:
            data = None if body is None else msgspec.json.encode(body)
            request = requests.Request(method, url, self._headers(data), data=data, params=query).prepare()
        except (UnicodeError, requests.RequestException):
            # Not chained: requests quotes the header it refuses, and that may be the cookie.
            raise ApiMisaddressed("The request contains characters that cannot be sent.") from None
        # requests resolves dots and decodes some escapes, so that its path may differ from the one given.
        if urlsplit(request.url).path != urlsplit(url).path:
            raise ApiMisaddressed("The name cannot be used in a web address.")
        return request

    def _headers(self, data: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "access-device-portal"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        return {**headers, **self._trace.headers, **self.authentication.headers()}


def _read(response: requests.Response, max_bytes: int, *, is_needed: bool) -> Body:
    """Read the body. One that is not needed may break off: the status alone says enough."""
    body = bytearray()
    try:
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > max_bytes:
                raise _AnswerTooBig
    except (_AnswerTooBig, *TRANSPORT_ERRORS):
        if is_needed:
            raise
    return body


def _decode_if_readable(answer: RawAnswer, type: type[T]) -> T | None:
    try:
        return decode(answer.body, type)
    except ValueError:
        return None


def _address(url: str) -> str:
    """Return a URL without credentials, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "an invalid address"
    return one_line(f"{parts.scheme and parts.scheme + ':'}{parts.netloc and '//'}{host}{parts.path}")


def _secrets(body: object) -> Sequence[str]:
    """Return the values of the body that an error must not quote."""
    values = [body.get(key) for key in _SECRET_KEYS] if isinstance(body, Mapping) else []
    return [value for value in values if isinstance(value, str) and value]
