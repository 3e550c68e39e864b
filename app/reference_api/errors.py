"""Refusals of calls. json_http.py turns them into JSON, all in one shape.

ApiError
├── Refused        400, with one or more problems
├── NoSession      401
├── Forbidden      403
├── NotFound       404, the same bytes whether it is absent or out of the caller's scope
├── TooLarge       413
└── NotAnObject    416
"""

from enum import IntEnum
from typing import TypeVar

from msgspec import Struct

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


class Problem(Struct, frozen=True):
    code: Code
    details: str


class ApiError(Exception):
    status: int

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(problem.details for problem in problems))
        self.problems = problems


class Refused(ApiError):
    status = 400


def invalid(*details: str) -> Refused:
    return Refused(*(Problem(Code.INVALID_PARAMETERS, words) for words in details))


class NoSession(ApiError):
    status = 401

    def __init__(self, details: str = "There is no session. Sign in first.") -> None:
        super().__init__(Problem(Code.AUTHENTICATION_FAILED, details))


class Forbidden(ApiError):
    status = 403

    def __init__(self) -> None:
        super().__init__(Problem(Code.FORBIDDEN, "This account's level does not allow it."))


class NotFound(ApiError):
    status = 404

    def __init__(self) -> None:
        super().__init__(Problem(Code.NOT_FOUND, "There is nothing at this address."))


def require(value: T | None) -> T:
    """Raise NotFound for None."""
    if value is None:
        raise NotFound
    return value


class TooLarge(ApiError):
    status = 413

    def __init__(self, details: str) -> None:
        super().__init__(Problem(Code.INVALID_PARAMETERS, details))


class NotAnObject(ApiError):
    status = 416

    def __init__(self) -> None:
        super().__init__(Problem(Code.INVALID_PARAMETERS, "The body must be a JSON object."))
