"""Read the backend's error answers, in every shape that they come in."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

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
    ApiTooLarge,
    ApiUnauthenticated,
    ApiUnsupported,
)
from app.portal.models.decoding import Body

MAX_TEXT_LENGTH = 300
MAX_TEXTS = 20
MAX_WAIT = 3600  # seconds

_MASK = "•••"
_CREDENTIALS = re.compile(r"(?<=://)[^\s\"'<>]{0,1000}@")  # of a URL; a password may hold anything
_RECOGNIZABLE = 16  # characters: a text that begins like a secret quotes it, even where it was cut off

_BY_STATUS: dict[int, tuple[type[ApiError], str]] = {
    400: (ApiInvalid, "invalid request"),
    401: (ApiUnauthenticated, "sign-in required"),
    403: (ApiForbidden, "access denied"),
    404: (ApiNotFound, "not found"),
    405: (ApiInvalid, "invalid request"),
    406: (ApiInvalid, "invalid request"),
    409: (ApiConflict, "conflict with existing data"),
    413: (ApiTooLarge, "request too large"),
    416: (ApiInvalid, "invalid request"),
    422: (ApiInvalid, "invalid request"),
    429: (ApiBusy, "too many requests"),
}
_BY_CODE: dict[int | None, type[ApiError]] = {5: ApiAlreadyExists, 6: ApiInUse, 56: ApiUnsupported}


@dataclass(frozen=True)
class ApiProblem:
    """`text` is one line of limited length, perhaps empty."""

    code: int | None
    label: str
    text: str


def read_error(
    status: int, body: Body, retry_after: str | None, *, is_write: bool, secrets: Sequence[str] = ()
) -> ApiError:
    """Make an error of an answer other than 200, 201 and 204. `secrets` and credentials in URLs are masked."""
    error_type, cause = _error_type(status)
    problems = read_problems(body, secrets)
    code = next((problem.code for problem in problems if problem.code is not None), None)
    if issubclass(error_type, ApiInvalid | ApiConflict):
        error_type = _BY_CODE.get(code, error_type)
    messages = [problem.text or problem.label for problem in problems]
    wait = parse_retry_after(retry_after, datetime.now(UTC)) if error_type is ApiBusy else None
    if wait is not None:
        cause += f", retry after {wait} second{'' if wait == 1 else 's'}"
    cause += f" ({status})"
    error = error_type(
        "; ".join(filter(None, messages)) or cause,
        next((problem.label for problem in problems), ""),
        messages=messages,
        cause=cause,
        status=status,
        code=code,
        maybe_acted=is_write and not 400 <= status < 500,
    )
    if isinstance(error, ApiBusy):
        error.retry_after = wait
    return error


def read_problems(body: Body, secrets: Sequence[str] = ()) -> list[ApiProblem]:
    """Read `{"errors": [{"code", "message", "details"}]}` or `{"error": "…"}`; anything else has no problems."""
    try:
        answer = _mask(secrets, msgspec.json.decode(body))
    except (ValueError, RecursionError):
        return []
    if not isinstance(answer, dict):
        return []
    errors = answer.get("errors", answer.get("error"))
    items = errors if isinstance(errors, list) else [errors]
    return [_problem(item) for item in items[:MAX_TEXTS] if item]


def one_line(value: object, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return text as one line of limited length, without control, formatting and other unprintable characters."""
    if not isinstance(value, str | int | float):
        return ""
    text = str(value)[: max_length * 4]
    printable = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(printable.split())
    return line if len(line) <= max_length else line[: max_length - 1] + "…"


def parse_retry_after(retry_after: str | None, now: datetime) -> int | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date; None if it is invalid."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_WAIT)
    try:
        until = parsedate_to_datetime(text)
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return min(max(round(seconds.total_seconds()), 0), MAX_WAIT)


def _error_type(status: int) -> tuple[type[ApiError], str]:
    if status >= 500:
        return ApiFailed, "server error"
    if 300 <= status < 400:
        return ApiBroken, "unexpected redirect"
    return _BY_STATUS.get(status, (ApiBroken, "unexpected response"))


def _mask(secrets: Sequence[str], value: Any) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _MASK)
            if len(secret) > _RECOGNIZABLE:
                value = re.sub(re.escape(secret[:_RECOGNIZABLE]) + r"[\w+/=]*", _MASK, value)
        return _CREDENTIALS.sub(f"{_MASK}@", value)
    if isinstance(value, list):
        return [_mask(secrets, item) for item in value]
    if isinstance(value, dict):
        return {key: _mask(secrets, item) for key, item in value.items()}
    return value


def _problem(item: Any) -> ApiProblem:
    if not isinstance(item, dict):
        return ApiProblem(None, "", one_line(item))
    label = one_line(item.get("message"))
    texts = list(_detail_texts(item.get("details")))
    return ApiProblem(_parse_code(item.get("code")), label, one_line("; ".join(texts)) or label)


def _detail_texts(details: Any) -> Iterator[str]:
    """Read a text or, from the application server, `{"errors": [{"summary", "detail"}]}`."""
    if not isinstance(details, dict):
        yield one_line(details)
        return
    errors = details.get("errors")
    for error in errors[:MAX_TEXTS] if isinstance(errors, list) else []:
        if isinstance(error, dict):
            yield one_line(": ".join(filter(None, (one_line(error.get(key)) for key in ("summary", "detail")))))


def _parse_code(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
