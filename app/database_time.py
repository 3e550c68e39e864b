"""The time of the database, which nodes agree about however far their own clocks are apart."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from time import monotonic

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

_ASK_EVERY = 10.0  # seconds
_ASK_FIRST = 1.0  # seconds between two tries, until there is an answer to count on from
_PRECISE = 0.2  # seconds that the database may take for an answer that is better than counting on
_COUNTS_FOR = 300.0  # seconds after which any answer is better


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _ClockReading:
    time: datetime
    read_at: float  # monotonic


class DatabaseTime:
    """Return the time by the database's clock when called, with an error of some milliseconds.

    The clock is read every 10 seconds, beside the request that asks for the time, and counted on in between, also while
    the database is away. A SQLite file has the clock of the machine that it is on.
    """

    def __init__(self, engine: Engine, local: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._local = local
        self._is_local = engine.dialect.name == "sqlite"
        self._last_reading: _ClockReading | None = None
        self._asked_at = float("-inf")
        self._lock = Lock()

    def __call__(self) -> datetime:
        if self._is_local:
            return self._local()
        self._ask_if_due()
        last = self._last_reading
        return last.time + timedelta(seconds=monotonic() - last.read_at) if last else self._local()

    def _ask_if_due(self) -> None:
        with self._lock:
            if monotonic() - self._asked_at < (_ASK_EVERY if self._last_reading else _ASK_FIRST):
                return
            self._asked_at = monotonic()
            if self._last_reading is None:  # all wait for it
                self._ask()
                return
        Thread(target=self._ask, name="time of the database", daemon=True).start()

    def _ask(self) -> None:
        began = monotonic()
        try:
            with self._engine.connect() as connection:
                connection.execute(select(1))  # the connection is made, or found to be alive
                began = monotonic()
                time = connection.execute(select(func.clock_timestamp())).scalar_one()
        except SQLAlchemyError as error:
            log.warning("the time of the database is not known: %s", str(error).partition("\n")[0])
            return
        took = monotonic() - began
        if self._last_reading is None or took < _PRECISE or began - self._last_reading.read_at > _COUNTS_FOR:
            self._last_reading = _ClockReading(time.astimezone(UTC), began + took / 2)
