"""Calls that nobody waits for: so many a minute at most, one after the other."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter


class PacedAdapter(HTTPAdapter):
    """Lets the same time pass between calls, whoever makes them.

    `wait` is given seconds before each call, the first one too, and may raise what ends the work.
    """

    def __init__(
        self,
        adapter: BaseAdapter,
        calls_per_minute: int,
        wait: Callable[[float], None],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__()
        self._adapter = adapter
        self._interval = 60 / calls_per_minute
        self._wait = wait
        self._clock = clock
        self._sent_at = clock()  # the process before this one may have made a call just now

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._wait(self._sent_at + self._interval - self._clock())
        self._sent_at = self._clock()
        return self._adapter.send(request, *args, **kwargs)

    def call_time(self) -> float:
        """Return the seconds since the last call was sent."""
        return self._clock() - self._sent_at
