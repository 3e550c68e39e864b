"""Time limits of calls, and errors of calls without an answer."""

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import requests
import urllib3.exceptions
from urllib3 import Timeout

from app.portal.api.errors import ApiBroken, ApiTimeout, ApiUnavailable, ApiUnreachable

# Raised by sending a request or reading its answer.
TRANSPORT_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)

_NEVER_SENT: Sequence[tuple[type[Exception], str]] = (
    (ssl.SSLCertVerificationError, "certificate not trusted"),
    (urllib3.exceptions.NewConnectionError, "platform unreachable"),  # before its base class, which is less specific
    (urllib3.exceptions.ConnectTimeoutError, "connection timed out"),
)
_TIMEOUTS = (TimeoutError, urllib3.exceptions.TimeoutError)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds for connecting and for a whole call, and the most bytes of an answer."""

    connect: float
    read_total: float
    write_total: float
    max_bytes: int

    def timeout(self, seconds: float) -> Timeout:
        """Return the limits of a call that may take so many seconds."""
        return Timeout(connect=self.connect, read=seconds, total=seconds)

    def total(self, *, is_write: bool) -> float:
        return self.write_total if is_write else self.read_total


def classify(error: Exception, limits: Limits, *, is_write: bool) -> ApiUnavailable:
    """Map one of TRANSPORT_ERRORS."""
    chain = list(_chain(error))
    for kind, cause in _NEVER_SENT:
        if any(isinstance(link, kind) for link in chain):
            return ApiUnreachable(cause)
    if any(isinstance(link, _TIMEOUTS) for link in chain):
        seconds = limits.total(is_write=is_write)
        cause = f"the answer took longer than {seconds:g} second{'' if seconds == 1 else 's'}"
        return ApiTimeout(cause, maybe_acted=is_write)
    return ApiBroken("connection closed before the response was complete", maybe_acted=is_write)


def is_worth_a_retry(error: Exception) -> bool:
    """Return True where a read may do better in a moment: after a reset, or a connection that was refused."""
    chain = list(_chain(error))
    if any(isinstance(link, urllib3.exceptions.NewConnectionError) for link in chain):
        return True
    return not any(isinstance(link, (*_TIMEOUTS, ssl.SSLError)) for link in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps: requests and urllib3 put that into `args` or `reason`.

    Not `__context__`: it can be the error of an earlier call that was being handled.
    """
    yield error
    for wrapped in (*error.args, getattr(error, "reason", None), error.__cause__):
        if isinstance(wrapped, BaseException):
            yield from _chain(wrapped)
