"""A backend that answers no read before all that are asked side by side have come."""

from threading import Lock
from time import monotonic

from tests.support.faults.server import Exchange

_QUIET = 0.3  # seconds without another read, after which none of the same wave is to come


class Waves:
    """A fault that holds reads back; `waves` counts how often a page waited for some."""

    def __init__(self) -> None:
        self.waves = 0
        self._is_open = False
        self._last = 0.0
        self._lock = Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            if not self._is_open:
                self._is_open, self.waves = True, self.waves + 1
            wave, self._last = self.waves, monotonic()
        while wave == self.waves and self._is_open and monotonic() - self._last < _QUIET:
            exchange.wait(0.02)
        with self._lock:
            if wave == self.waves:
                self._is_open = False
        exchange.send(exchange.act())
