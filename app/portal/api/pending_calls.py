"""Reads of the backend that run beside the request that asked for them."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from statistics import median
from threading import Lock, Thread
from time import monotonic

from app.portal.models.decoding import Body

_KEPT_SECONDS = 30.0  # of an answer that came too late for its page: longer than the longest pause between two polls
_MAX_BYTES = 32 << 20  # of kept answers
_SAMPLES = 20  # of each kind of call, for the time that it usually takes


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came: its body is not decoded, and its cookies are not applied yet.

    `retry_after` is in seconds. `sent_at`, seconds since 1970, is by the platform's clock, which dates in it follow.
    """

    status: int
    body: Body
    retry_after: int | None = None
    set_cookies: tuple[str, ...] = ()
    sent_at: float = 0.0


Key = tuple[str, str]  # who asks (a session), and the URL


class PendingCall:
    """A call in a thread of its own, which ends by the call's own time limit. Times are of the monotonic clock.

    `is_queued` while too many others are under way.
    """

    def __init__(self, kind: str, send: "Send") -> None:
        self.kind = kind
        self.is_queued = False
        self.began = monotonic()
        self.ended: float | None = None
        self.size = 0
        self._answer: Future[RawAnswer] = Future()
        Thread(target=self._run, args=(send,), daemon=True).start()

    def has_ended(self, within: float | None = None) -> bool:
        """Return True if there is an answer or a failure when `within` seconds are over; None waits for it."""
        wait([self._answer], within)
        return self._answer.done()

    def result(self) -> RawAnswer:
        """Wait for the answer, or raise what the call raised."""
        return self._answer.result()

    def _run(self, send: "Send") -> None:
        try:
            answer = send(self)
        except BaseException as error:
            self.ended = monotonic()
            self._answer.set_exception(error)
        else:
            self.ended, self.size = monotonic(), len(answer.body)
            self._answer.set_result(answer)


Send = Callable[[PendingCall | None], RawAnswer]  # told the call that it is sent for, if it runs beside the request


@dataclass
class CallRegistry:
    """The reads of all pages of this process: those under way, and answers that came too late for their page.

    A page that asks again joins its call, or finds the answer. Another process does not know of it: a poll that
    reaches that one starts the call there once more.
    """

    max_bytes: int = _MAX_BYTES
    _calls: dict[Key, PendingCall] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def join(self, key: Key, kind: str, send: Send) -> PendingCall:
        """Return the call with this key; start it where there is none."""
        with self._lock:
            self._drop_old()
            call = self._calls.get(key)
            if call is None:
                call = self._calls[key] = PendingCall(kind, send)
            return call

    def drop(self, calls: Iterable[PendingCall]) -> None:
        """Drop these calls: the next to ask gets a new one."""
        dropped = set(calls)
        with self._lock:
            self._calls = {key: call for key, call in self._calls.items() if call not in dropped}

    def drop_all_of(self, owner: str) -> None:
        with self._lock:
            self._calls = {key: call for key, call in self._calls.items() if key[0] != owner}

    def _drop_old(self) -> None:
        """Drop what is past its time and, beyond the most bytes, what ended first."""
        oldest = monotonic() - _KEPT_SECONDS
        ended = sorted((call.ended, key) for key, call in self._calls.items() if call.ended is not None)
        total = sum(call.size for call in self._calls.values())
        for moment, key in ended:
            if moment >= oldest and total <= self.max_bytes:
                break
            total -= self._calls.pop(key).size


class UsualTimes:
    """The seconds that each kind of call has taken lately, in this process."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_SAMPLES))

    def record(self, kind: str, seconds: float) -> None:
        self._seconds[kind].append(seconds)

    def of(self, kind: str) -> float | None:
        """Return the median; None for a kind that has not been called."""
        seconds = list(self._seconds.get(kind, ()))
        return median(seconds) if seconds else None
