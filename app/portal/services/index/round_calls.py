"""The calls of the rounds: none is made while the platform is slow, away, or asks to wait."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiBroken, ApiError, ApiFailed, ApiMisaddressed, ApiPageAnswer, ApiRefused
from app.portal.api.stored_errors import seconds_to_wait
from app.portal.models.sign_in_answer import SignInAnswer
from app.portal.services.backend_check import describe_error
from app.portal.services.service_account import ServiceAccount, ServiceAccountRefused

T = TypeVar("T")

_PAUSES = (60.0, 120.0, 300.0, 600.0)  # seconds, the first time, the second, …
_STEADY = 20  # calls that were answered, after which a pause counts as the first
_MOST_FAILED = 3  # calls in succession, each of which may be the platform's trouble with what it was asked for


class RoundPaused(Exception):
    """The platform is not to be asked for so many seconds. The text says why."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True)
class CallLimits:
    """Seconds: the longest that a call, and that of a list, may take until the round stops; the timeout of a list."""

    slow: float
    slow_list: float
    list_timeout: float


class RoundCalls:
    """`call_time` returns the seconds since the last call was sent."""

    def __init__(self, account: ServiceAccount, limits: CallLimits, call_time: Callable[[], float]) -> None:
        self.account = account
        self._limits = limits
        self._call_time = call_time
        self._pauses = 0
        self._answers = 0  # since the last pause
        self._failed = 0  # calls in succession

    def identity(self) -> SignInAnswer:
        """Return whose session it is. Raises RoundPaused."""
        return self._guarded(self.account.identity)

    def read(self, read: Callable[[ApiClient], T], record: Callable[[T, float], None]) -> None:
        """Make one call and record the answer, with the seconds since it was asked for.

        Raises ApiError where this call alone failed, and RoundPaused where no further one may be made.
        """
        self._read(lambda: self.account.call(read), record, self._limits.slow)

    def read_list(self, read: Callable[[ApiClient], T], record: Callable[[T, float], None]) -> None:
        """The same for a list of a whole group, which is given more time."""
        timeout = self._limits.list_timeout
        self._read(lambda: self.account.call(lambda api: read(api.detach(timeout))), record, self._limits.slow_list)

    def _read(self, read: Callable[[], T], record: Callable[[T, float], None], slow: float) -> None:
        value = self._guarded(read)
        took = self._call_time()
        record(value, took)
        if took > slow:
            raise self._pause(f"the platform is slow: a call took {took:.0f} s", None)

    def _guarded(self, read: Callable[[], T]) -> T:
        try:
            value = read()
        except ServiceAccountRefused as refusal:
            raise RoundPaused(str(refusal), min(refusal.retry_in, _PAUSES[0])) from refusal
        except (ApiRefused, ApiMisaddressed):
            self._count_answer()
            raise
        except ApiError as error:
            self._failed += 1
            asked = seconds_to_wait(error)
            if asked is None and self._failed < _MOST_FAILED and _may_be_of_one_call(error):
                raise
            raise self._pause(describe_error(error), asked) from error
        self._count_answer()
        return value

    def _count_answer(self) -> None:
        self._answers += 1
        self._failed = 0

    def _pause(self, reason: str, asked: float | None) -> RoundPaused:
        pauses = 0 if self._answers >= _STEADY else self._pauses
        self._pauses, self._answers, self._failed = pauses + 1, 0, 0
        pause = _PAUSES[min(pauses, len(_PAUSES) - 1)]
        return RoundPaused(reason, max(pause, asked or 0.0))


def _may_be_of_one_call(error: ApiError) -> bool:
    """Return False where the platform is away, slow or busy for all."""
    return isinstance(error, ApiBroken | ApiFailed | ApiPageAnswer) and error.status != HTTPStatus.SERVICE_UNAVAILABLE
