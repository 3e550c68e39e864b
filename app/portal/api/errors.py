"""Errors of calls to the backend.

ApiError
├── ApiMisaddressed         a name that no URL can carry; refused before sending
├── ApiUnavailable          no usable answer
│   ├── ApiUnreachable      no connection, so nothing was sent
│   ├── ApiTimeout          connected, but not done in time
│   ├── ApiBroken           broken off, unreadable, too big, or a status that nobody expects
│   ├── ApiPageAnswer       a page for people or a redirect: to sign in again, or because of maintenance
│   ├── ApiBusy             429, or too many calls at once
│   ├── ApiSuspended        not sent: calls before it had no answer
│   └── ApiFailed           500 and above
├── ApiUnauthenticated      401
└── ApiRefused              understood, and nothing was done
    ├── ApiForbidden        403
    ├── ApiNotFound         404
    ├── ApiTurnedOff        410: this platform does not do it, or no longer
    ├── ApiTooLarge         413
    ├── ApiInvalid          400, 405, 406, 416, 422 and other codes of 4xx
    │   └── ApiUnsupported  the same with code 56, and 501
    └── ApiConflict         409
        ├── ApiAlreadyExists  400, 409 and the like with code 5
        └── ApiInUse          400, 409 and the like with code 6
"""

from collections.abc import Sequence


class ApiError(Exception):
    """Its text is one line for users.

    `message`      the backend's text, or else what happened
    `detail`       the backend's label for it, such as INVALID_PARAMETERS, or the key it is about
    `messages`     the backend's texts, one for each problem; none where it gave no reason
    `cause`        what happened, without a full stop
    `status`       the HTTP status, None without an answer
    `code`         the backend's own code, None without one
    `maybe_acted`  True for a write that the backend may have carried out all the same
    """

    def __init__(
        self,
        message: str,
        detail: str = "",
        *,
        messages: Sequence[str] = (),
        cause: str = "",
        status: int | None = None,
        code: int | None = None,
        maybe_acted: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.messages = tuple(messages)
        self.cause = cause or message
        self.status = status
        self.code = code
        self.maybe_acted = maybe_acted


class ApiMisaddressed(ApiError): ...


class ApiUnavailable(ApiError): ...


class ApiUnreachable(ApiUnavailable): ...


class ApiTimeout(ApiUnavailable): ...


class ApiBroken(ApiUnavailable): ...


class ApiPageAnswer(ApiUnavailable): ...


class ApiBusy(ApiUnavailable):
    """`retry_after` is in seconds, an hour at most; None if the backend gave no time."""

    retry_after: int | None = None


class ApiSuspended(ApiUnavailable):
    """`retry_in`: seconds until the next call is let through."""

    def __init__(self, retry_in: int) -> None:
        super().__init__(f"the last calls had no answer; the next is made in {retry_in} s")
        self.retry_in = retry_in


class ApiFailed(ApiUnavailable):
    """`retry_after` as in ApiBusy."""

    retry_after: int | None = None


class ApiUnauthenticated(ApiError): ...


class ApiRefused(ApiError): ...


class ApiForbidden(ApiRefused): ...


class ApiNotFound(ApiRefused): ...


class ApiTurnedOff(ApiRefused): ...


class ApiTooLarge(ApiRefused): ...


class ApiInvalid(ApiRefused): ...


class ApiUnsupported(ApiInvalid): ...


class ApiConflict(ApiRefused): ...


class ApiAlreadyExists(ApiConflict): ...


class ApiInUse(ApiConflict): ...
