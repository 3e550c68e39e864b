"""The calls of this process to one backend: how many at once, when none, and which are tried again."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep

from app.portal.api.breaker import Breaker
from app.portal.api.bulkheads import Bulkheads
from app.portal.api.kinds import CallGroup
from app.portal.api.pending_calls import PendingCall, RawAnswer
from app.portal.api.transport_errors import TRANSPORT_ERRORS, is_worth_a_retry

_PAUSE = 0.2  # seconds before a read is tried again
_READS = {CallGroup.LIST, CallGroup.DETAIL}
_RETRIED = {502, 503}


@dataclass(frozen=True)
class Guard:
    """Held by the portal, one of a process."""

    breaker: Breaker
    bulkheads: Bulkheads

    def call(
        self,
        kind: str,
        group: CallGroup,
        exchange: Callable[[float], RawAnswer],
        seconds: float,
        pending: PendingCall | None,
    ) -> RawAnswer:
        """Exchange within so many seconds, once a place is free. Raises ApiBusy, ApiSuspended: nothing is sent then.

        A read is sent once more, within its time, after a reset, a refused connection, 502 and 503.
        """

        def send() -> RawAnswer:
            return _exchange_twice(exchange, seconds) if group in _READS else exchange(seconds)

        with self.bulkheads.place(group, seconds, pending):
            return self.breaker.call(kind, send)


def _exchange_twice(exchange: Callable[[float], RawAnswer], seconds: float) -> RawAnswer:
    began = monotonic()
    try:
        answer = exchange(seconds)
    except TRANSPORT_ERRORS as error:
        if not is_worth_a_retry(error) or _left(began, seconds) <= 0:
            raise
    else:
        if answer.status not in _RETRIED or answer.retry_after is not None or _left(began, seconds) <= 0:
            return answer
    sleep(_PAUSE)
    return exchange(seconds - (monotonic() - began))


def _left(began: float, seconds: float) -> float:
    """Return the seconds left after the pause."""
    return seconds - (monotonic() - began) - _PAUSE
