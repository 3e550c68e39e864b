"""Reading what the backend says when a call is refused, however it says it."""

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

LONGEST_TEXT = 300  # characters of one text of the backend
MOST_TEXTS = 20
LONGEST_WAIT = 3600  # seconds

_MASK = "•••"
_CREDENTIALS = re.compile(r"(?<=://)[^\s\"'<>]{0,1000}@")  # of a URL, whatever its password holds
_TELLING = 16  # characters: a text that begins like a secret quotes it, however much of it is cut off

_BY_STATUS: dict[int, tuple[type[ApiError], str]] = {
    400: (ApiInvalid, "It refused what was sent"),
    401: (ApiUnauthenticated, "It asks for a new sign-in"),
    403: (ApiForbidden, "It does not allow this"),
    404: (ApiNotFound, "It knows nothing under this address"),
    405: (ApiInvalid, "It refused what was sent"),
    406: (ApiInvalid, "It refused what was sent"),
    409: (ApiConflict, "It refused this because of something else there"),
    413: (ApiTooLarge, "It found this too large"),
    416: (ApiInvalid, "It refused what was sent"),
    422: (ApiInvalid, "It refused what was sent"),
    429: (ApiBusy, "It asked the portal to wait"),
}
_BY_CODE: dict[int | None, type[ApiError]] = {5: ApiAlreadyExists, 6: ApiInUse, 56: ApiUnsupported}


@dataclass(frozen=True)
class ApiProblem:
    """One problem that the backend names; `text` is one line of limited length, perhaps empty."""

    code: int | None
    label: str
    text: str


def error_of(
    status: int, body: Body, retry_after: str | None, *, is_write: bool, secrets: Sequence[str] = ()
) -> ApiError:
    """The error that an answer other than 200, 201 and 204 stands for; it quotes no secrets, and none of a URL."""
    kind, cause = _kind(status)
    problems = read_problems(body, secrets)
    code = next((problem.code for problem in problems if problem.code is not None), None)
    if issubclass(kind, ApiInvalid | ApiConflict):
        kind = _BY_CODE.get(code, kind)
    messages = [problem.text or problem.label for problem in problems]
    wait = seconds_to_wait(retry_after, datetime.now(UTC)) if kind is ApiBusy else None
    if wait is not None:
        cause += f" {wait} second{'' if wait == 1 else 's'}"
    cause += f" ({status})"
    error = kind(
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
    """`{"errors": [{"code", "message", "details"}]}`, `{"error": "…"}`, or nothing readable at all."""
    try:
        answer = _without(secrets, msgspec.json.decode(body))
    except (ValueError, RecursionError):
        return []
    if not isinstance(answer, dict):
        return []
    errors = answer.get("errors", answer.get("error"))
    items = errors if isinstance(errors, list) else [errors]
    return [_problem(item) for item in items[:MOST_TEXTS] if item]


def one_line(value: object, longest: int = LONGEST_TEXT) -> str:
    """Text as one line of limited length, without control, formatting and other unprintable characters."""
    if not isinstance(value, str | int | float):
        return ""
    text = str(value)[: longest * 4]
    printable = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def seconds_to_wait(retry_after: str | None, now: datetime) -> int | None:
    """The seconds that a Retry-After header asks for, given in seconds or as a date; None if it makes no sense."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return min(max(round(seconds.total_seconds()), 0), LONGEST_WAIT)


def _kind(status: int) -> tuple[type[ApiError], str]:
    if status >= 500:
        return ApiFailed, "It failed"
    if 300 <= status < 400:
        return ApiBroken, "It sent the portal elsewhere"
    return _BY_STATUS.get(status, (ApiBroken, "It gave an answer that the portal does not know"))


def _without(secrets: Sequence[str], value: Any) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _MASK)
            if len(secret) > _TELLING:
                value = re.sub(re.escape(secret[:_TELLING]) + r"[\w+/=]*", _MASK, value)
        return _CREDENTIALS.sub(f"{_MASK}@", value)
    if isinstance(value, list):
        return [_without(secrets, each) for each in value]
    if isinstance(value, dict):
        return {key: _without(secrets, each) for key, each in value.items()}
    return value


def _problem(item: Any) -> ApiProblem:
    if not isinstance(item, dict):
        return ApiProblem(None, "", one_line(item))
    label = one_line(item.get("message"))
    texts = list(_texts(item.get("details")))
    return ApiProblem(_whole(item.get("code")), label, one_line("; ".join(texts)) or label)


def _texts(details: Any) -> Iterator[str]:
    """`details` is a text or, where the application server refused, `{"errors": [{"summary", "detail"}]}`."""
    if not isinstance(details, dict):
        yield one_line(details)
        return
    errors = details.get("errors")
    for error in errors[:MOST_TEXTS] if isinstance(errors, list) else []:
        if isinstance(error, dict):
            yield one_line(": ".join(filter(None, (one_line(error.get(key)) for key in ("summary", "detail")))))


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
