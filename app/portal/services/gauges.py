"""Figures of the database for whoever asks for them: within a moment, and read once however many ask."""

import logging
from concurrent.futures import wait
from threading import Lock
from time import monotonic

from app.database import UNAVAILABLE
from app.portal.services.background import BackgroundJobs
from app.portal.store.gauges import GaugeReader, Gauges

log = logging.getLogger(__name__)

_PATIENCE = 2.0  # seconds
_KEPT = 5.0  # seconds that the same figures are given out


class GaugeService:
    def __init__(self, reader: GaugeReader) -> None:
        self._reader = reader
        self._jobs = BackgroundJobs()
        self._lock = Lock()
        self._gauges: Gauges | None = None
        self._read_at = -_KEPT

    def read(self) -> Gauges | None:
        """Return None where the database does not answer in time. A reading that hangs is not begun once more."""
        if monotonic() - self._read_at >= _KEPT:
            job = self._jobs.start("gauges", self._read)
            wait([job], _PATIENCE)
            if job.done():
                job.result()
        with self._lock:
            return self._gauges if monotonic() - self._read_at < _KEPT + _PATIENCE else None

    def _read(self) -> None:
        try:
            gauges: Gauges | None = self._reader.read()
        except UNAVAILABLE as error:
            log.warning("the figures of the database could not be read: %s", str(error).partition("\n")[0])
            gauges = None
        with self._lock:
            self._gauges, self._read_at = gauges, monotonic()
