"""The backend's REST API over HTTP: one client for one user and one request."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPMethod
from time import monotonic
from types import NoneType
from typing import Any, TypeVar, overload
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import BaseAdapter

from app.portal.api.answers import read_error
from app.portal.api.cookies import apply_set_cookies, cookie_header
from app.portal.api.errors import ApiBroken, ApiMisaddressed
from app.portal.api.kinds import kind_of
from app.portal.api.page_reads import PageReads
from app.portal.api.pending_calls import RawAnswer
from app.portal.api.transport_errors import TRANSPORT_ERRORS, Limits, classify
from app.portal.domain.names import quote_name
from app.portal.models.access_device import SECRET_KEYS
from app.portal.models.decoding import Body, decode

log = logging.getLogger(__name__)

T = TypeVar("T")

__all__ = ["ApiClient", "Limits"]

_ERROR_BYTES = 65_536  # of an error's body: more than is shown of it
_CHUNK = 65_536
_SECRET_KEYS = ("fileContent", *SECRET_KEYS)  # that of a device's password is the sign-in's too


class _AnswerTooBig(Exception): ...


class ApiClient:
    """Calls under `<base_url>/api/v1/`; paths are given as names, query and body unencoded.

    Every call raises only ApiError, and is sent once at most. Requests go straight to the adapter: a
    requests.Session would follow redirects, read ~/.netrc and proxies, and drop cookies.
    """

    def __init__(
        self,
        base_url: str,
        adapter: BaseAdapter,
        limits: Limits,
        *,
        cookies: Mapping[str, str] | None = None,
        request_id: str = "",
        reads: PageReads | None = None,
    ) -> None:
        self.cookies: dict[str, str] = dict(cookies or {})
        self._base_url = base_url.rstrip("/")
        self._adapter = adapter
        self._limits = limits
        self._request_id = request_id
        self._reads = reads

    def begin(self, path: Sequence[str], query: Mapping[str, str] | None = None) -> None:
        """Start a read that a `get` of the same will ask for; an error comes to that one."""
        if self._reads is not None:
            with suppress(ApiMisaddressed):
                request = self._prepare(HTTPMethod.GET, path, query, None)
                self._reads.begin(str(request.url), kind_of(path), partial(self._exchange, request, is_write=False))

    def get(self, path: Sequence[str], type: type[T], query: Mapping[str, str] | None = None) -> T:
        """Raise StillAsking too where the client reads for a page."""
        return self._call(HTTPMethod.GET, path, type, query=query)

    @overload
    def post(self, path: Sequence[str], body: object = None) -> None: ...
    @overload
    def post(self, path: Sequence[str], body: object, type: type[T]) -> T: ...
    def post(self, path: Sequence[str], body: object = None, type: type[Any] = NoneType) -> Any:
        return self._call(HTTPMethod.POST, path, type, body=body)

    @overload
    def put(self, path: Sequence[str], body: object = None) -> None: ...
    @overload
    def put(self, path: Sequence[str], body: object, type: type[T]) -> T: ...
    def put(self, path: Sequence[str], body: object = None, type: type[Any] = NoneType) -> Any:
        return self._call(HTTPMethod.PUT, path, type, body=body)

    def delete(self, path: Sequence[str]) -> None:
        self._call(HTTPMethod.DELETE, path, NoneType)

    def _call(
        self,
        method: HTTPMethod,
        path: Sequence[str],
        type: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> T:
        """Send a request and decode its answer; for NoneType the answer must still be JSON, or empty."""
        request = self._prepare(method, path, query, body)
        is_write = method is not HTTPMethod.GET
        try:
            answer = self._answer(request, path, is_write=is_write)
        except _AnswerTooBig:
            raise ApiBroken("response too large", maybe_acted=is_write) from None
        except TRANSPORT_ERRORS as error:
            raise classify(error, self._limits, is_write=is_write) from error
        self.cookies = apply_set_cookies(self.cookies, answer.set_cookies)
        if answer.status not in {200, 201, 204}:
            raise read_error(answer.status, answer.body, answer.retry_after, is_write=is_write, secrets=_secrets(body))
        try:
            return decode(answer.body, type)
        except ValueError as error:
            cause = "unreadable response"
            raise ApiBroken(cause, status=answer.status, maybe_acted=is_write) from error

    def _answer(self, request: requests.PreparedRequest, path: Sequence[str], *, is_write: bool) -> RawAnswer:
        exchange = partial(self._exchange, request, is_write=is_write)
        if self._reads is None:
            return exchange()
        if not is_write:
            return self._reads.result(str(request.url), kind_of(path), exchange)
        try:
            return exchange()
        finally:
            self._reads.forget()

    def _exchange(self, request: requests.PreparedRequest, *, is_write: bool) -> RawAnswer:
        """Send a request and read its answer, perhaps in another thread and for longer than the client is used."""
        timeout: Any = self._limits.timeout(is_write=is_write)  # requests accepts urllib3's, against its types
        started, outcome = monotonic(), "no answer"
        try:
            with self._adapter.send(request, stream=True, timeout=timeout) as response:
                answer = RawAnswer(
                    response.status_code,
                    self._body(response),
                    response.headers.get("Retry-After"),
                    tuple(response.raw.headers.getlist("Set-Cookie")),
                )
            outcome = str(answer.status)
            return answer
        finally:
            path = urlsplit(request.url).path
            log.debug("%s %s: %s, %d ms", request.method, path, outcome, (monotonic() - started) * 1000)

    def _body(self, response: requests.Response) -> Body:
        if response.status_code < 300:
            return _read(response, self._limits.max_bytes)
        try:
            return _read(response, _ERROR_BYTES)
        except (_AnswerTooBig, *TRANSPORT_ERRORS):
            return b""  # the status alone says enough

    def _prepare(
        self, method: HTTPMethod, path: Sequence[str], query: Mapping[str, str] | None, body: object
    ) -> requests.PreparedRequest:
        """Raise ApiMisaddressed for a path or value that cannot be sent exactly."""
        try:
            parts = [quote_name(name) for name in path]
        except ValueError as reason:
            raise ApiMisaddressed(str(reason)) from None
        url = "/".join((self._base_url, "api", "v1", *parts, ""))
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
        if self.cookies:
            headers["Cookie"] = cookie_header(self.cookies)
        if self._request_id:
            headers["X-Request-ID"] = self._request_id
        return headers


def _read(response: requests.Response, max_bytes: int) -> Body:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise _AnswerTooBig
    return body


def _secrets(body: object) -> Sequence[str]:
    """Return the values of the body that an error must not quote."""
    values = [body.get(key) for key in _SECRET_KEYS] if isinstance(body, Mapping) else []
    return [value for value in values if isinstance(value, str) and value]
