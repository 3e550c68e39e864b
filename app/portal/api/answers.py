"""Make an error of an answer that tells of one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from app.portal.api.errors import (
    ApiAlreadyExists,
    ApiBroken,
    ApiBusy,
    ApiConflict,
    ApiError,
    ApiFailed,
    ApiForbidden,
    ApiInUse,
    ApiInvalid,
    ApiNotFound,
    ApiPageAnswer,
    ApiTooLarge,
    ApiTurnedOff,
    ApiUnauthenticated,
    ApiUnsupported,
)
from app.portal.api.problems import read_problems
from app.portal.models.decoding import Body

MAX_WAIT = 3600  # seconds

SUCCESSES = frozenset({200, 201, 204, 207})
PAGE_CAUSE = "a page in place of an answer"

_REDIRECTS = {301, 302, 303, 307, 308}
_BY_STATUS: dict[int, tuple[type[ApiError], str]] = {
    304: (ApiBroken, "not modified"),
    400: (ApiInvalid, "invalid request"),
    401: (ApiUnauthenticated, "sign-in required"),
    403: (ApiForbidden, "access denied"),
    404: (ApiNotFound, "not found"),
    405: (ApiInvalid, "not available"),
    406: (ApiInvalid, "invalid request"),
    409: (ApiConflict, "conflict with existing data"),
    410: (ApiTurnedOff, "turned off"),
    413: (ApiTooLarge, "request too large"),
    416: (ApiInvalid, "invalid request"),
    422: (ApiInvalid, "invalid request"),
    429: (ApiBusy, "too many requests"),
    501: (ApiUnsupported, "not supported"),
}
_BY_CODE: dict[int | None, type[ApiError]] = {5: ApiAlreadyExists, 6: ApiInUse, 56: ApiUnsupported}


def read_error(
    status: int, body: Body, retry_after: int | None, *, is_write: bool, secrets: Sequence[str] = ()
) -> ApiError:
    """Make an error of an answer that is not one of SUCCESSES. `secrets` and credentials in URLs are masked.

    `retry_after`: the seconds that the answer asks to wait.
    """
    error_type, cause = _error_type(status)
    problems = read_problems(body, secrets)
    code = next((problem.code for problem in problems if problem.code is not None), None)
    if issubclass(error_type, ApiInvalid | ApiConflict):
        error_type = _BY_CODE.get(code, error_type)
    labels = [problem.label for problem in problems if problem.label]
    messages = list(dict.fromkeys([problem.text for problem in problems if problem.text] or labels))
    wait = retry_after if issubclass(error_type, ApiBusy | ApiFailed) else None
    if wait is not None:
        cause += f"; the platform asks to wait {wait} s"
    cause += f" ({status})"
    error = error_type(
        "; ".join(messages) or cause,
        next(iter(labels), ""),
        messages=messages,
        cause=cause,
        status=status,
        code=code,
        maybe_acted=is_write and not 400 <= status < 500 and status != 501,
    )
    if isinstance(error, ApiBusy | ApiFailed):
        error.retry_after = wait
    return error


def is_page(body: Body) -> bool:
    """Return True for HTML and the like. A content type can be wrong, but JSON never begins so."""
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def parse_retry_after(retry_after: str | None, now: datetime) -> int | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date; None if it is invalid.

    `now` is by the clock of who sent it.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_WAIT)
    until = parse_date(text)
    return None if until is None else min(max(round((until - now).total_seconds()), 0), MAX_WAIT)


def parse_date(text: str | None) -> datetime | None:
    """Return the moment of an HTTP date; None if it is invalid."""
    try:
        date = parsedate_to_datetime(text or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _error_type(status: int) -> tuple[type[ApiError], str]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status in _REDIRECTS:
        return ApiPageAnswer, PAGE_CAUSE
    if status >= 500:
        return ApiFailed, "server error"
    return (ApiInvalid, "request refused") if 400 <= status < 500 else (ApiBroken, "unexpected response")
