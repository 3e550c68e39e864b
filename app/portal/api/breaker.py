"""Calls that are not sent for a while: because the backend does not answer them, or asked to wait."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock
from time import monotonic

from app import metrics
from app.portal.api.errors import ApiBusy, ApiSuspended, ApiUnavailable
from app.portal.api.pending_calls import RawAnswer

PAUSES = (5, 10, 20, 30, 60)  # seconds before the first, second … try after a failed one
_MAX_WAIT = 300  # seconds that a Retry-After is obeyed; a wrong one must not lock everybody out for an hour
_BUSY = {429, 503}


@dataclass
class _Circuit:
    """The state of one kind of call; times are of the monotonic clock."""

    failures: int = 0  # in a row
    failed_tries: int = 0  # since it was opened
    closed_until: float = 0.0  # for calls
    is_wait_asked: bool = False
    is_trying: bool = False


class Breaker:
    """One of a process and backend. Each kind of call fails for itself.

    After `max_failures` in a row that had no answer, or one of 500 and above, a kind is not called for some seconds.
    Then one call is let through: its answer lets all others through, its failure makes the pause longer.
    """

    def __init__(self, max_failures: int, now: Callable[[], float] = monotonic) -> None:
        self._max_failures = max_failures
        self._now = now
        self._circuits: defaultdict[str, _Circuit] = defaultdict(_Circuit)
        self._lock = Lock()

    def call(self, kind: str, send: Callable[[], RawAnswer]) -> RawAnswer:
        """Send, unless calls of this kind are to wait: ApiBusy, ApiSuspended. Nothing is sent then."""
        with self._lock:
            if kind not in self._circuits:
                metrics.breaker_open.labels(kind).set(0)
            circuit = self._circuits[kind]
            if (error := self._reason_not_to_call(circuit)) is not None:
                metrics.backend_calls.labels(kind, "suspended").inc()
                raise error
            circuit.is_trying = self._is_open(circuit)
        answer = None
        try:
            answer = send()
        finally:
            with self._lock:
                was_open = self._is_open(circuit)
                self._judge(circuit, answer)
                if self._is_open(circuit) != was_open:
                    metrics.breaker_open.labels(kind).set(not was_open)
        return answer

    def _is_open(self, circuit: _Circuit) -> bool:
        return circuit.failures >= self._max_failures

    def _reason_not_to_call(self, circuit: _Circuit) -> ApiUnavailable | None:
        left = ceil(circuit.closed_until - self._now())
        if left > 0 and circuit.is_wait_asked:
            busy = ApiBusy(f"the platform asks to wait {left} s")
            busy.retry_after = left
            return busy
        if left > 0 or (self._is_open(circuit) and circuit.is_trying):
            return ApiSuspended(max(left, 1))
        return None

    def _judge(self, circuit: _Circuit, answer: RawAnswer | None) -> None:
        circuit.is_trying = False
        wait = answer.retry_after if answer and answer.status in _BUSY else None
        if wait:
            circuit.is_wait_asked, circuit.closed_until = True, self._now() + min(wait, _MAX_WAIT)
        elif answer is not None and answer.status < 500:
            circuit.failures = circuit.failed_tries = 0
            circuit.closed_until = 0.0
        else:
            circuit.failures += 1
            if self._is_open(circuit):
                pause = PAUSES[min(circuit.failed_tries, len(PAUSES) - 1)]
                circuit.failed_tries += 1
                circuit.is_wait_asked, circuit.closed_until = False, self._now() + pause
