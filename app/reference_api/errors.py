"""Refusals of calls. json_http.py turns them into JSON, all in one shape.

ApiError
├── Refused        400, with one or more problems
├── NoSession      401
├── Forbidden      403
├── NotFound       404, the same bytes whether it is absent or out of the caller's scope
├── TooLarge       413
├── NotJson        415
└── NotAnObject    416
"""

from enum import IntEnum
from typing import TypeVar

T = TypeVar("T")


class Code(IntEnum):
    AUTHENTICATION_FAILED = 1
    INVALID_PARAMETERS = 2
    FORBIDDEN = 3
    NOT_FOUND = 4
    ALREADY_EXISTS = 5
    IN_USE = 6
    INTERNAL_ERROR = 7
    UNSUPPORTED_OPERATION = 56


class ApiError(Exception):
    """`details` are sentences for the caller, one for each problem; `text` is used where none is given."""

    status = 400
    code = Code.INVALID_PARAMETERS
    text = ""

    def __init__(self, *details: str, code: Code | None = None) -> None:
        super().__init__(*details)
        self.details = details or (self.text,)
        self.code = code or self.code


class Refused(ApiError): ...


class NoSession(ApiError):
    status, code, text = 401, Code.AUTHENTICATION_FAILED, "There is no session. Sign in first."


class Forbidden(ApiError):
    status, code, text = 403, Code.FORBIDDEN, "This account's level does not allow it."


class NotFound(ApiError):
    status, code, text = 404, Code.NOT_FOUND, "There is nothing at this address."


class TooLarge(ApiError):
    status, text = 413, "The body is too large."


class NotJson(ApiError):
    status, text = 415, "The body must be JSON: send Content-Type: application/json."


class NotAnObject(ApiError):
    status, text = 416, "The body must be a JSON object."


def require(value: T | None) -> T:
    """Raise NotFound for None."""
    if value is None:
        raise NotFound
    return value
