"""The export of the audit log as a task."""

import logging
from datetime import timedelta

from app.jobs.runner import Ending, Task
from app.jobs.turn import Turn
from app.portal.services.audit_export.lines import to_count_line, to_line
from app.portal.services.audit_export.receivers import build_receiver
from app.portal.web.context import Portal

log = logging.getLogger(__name__)

_AT_A_TIME = 500
_AFTER_ERROR = 5.0  # seconds
_BETWEEN_COUNTS = timedelta(minutes=1)


class AuditExport:
    """Sends what waits in the queue. It leaves the queue only then, so that a line may come twice but never not."""

    def __init__(self, portal: Portal) -> None:
        self._queue = portal.audit_queue
        self._target = portal.settings.audit_log
        self._send = build_receiver(self._target)
        self._now = portal.now
        self._counts_from = portal.now()  # when counts are told next
        self._problem = ""  # that was logged last

    @property
    def task(self) -> Task:
        return Task("audit export", self.work, lambda: self._queue.has_entries() or self._has_counts())

    def _has_counts(self) -> bool:
        return self._now() >= self._counts_from and self._queue.has_repeated()

    def work(self, turn: Turn) -> Ending:
        try:
            self._send_entries(turn)
            if self._has_counts():
                self._send_counts(turn)
        except OSError as error:
            return self._pause(f"{self._target} does not take the audit log: {error.strerror or error}")
        self._problem = ""
        return Ending(0)

    def _send_entries(self, turn: Turn) -> None:
        while entries := self._queue.list_next(_AT_A_TIME):
            turn.check()
            self._send([to_line(entry) for entry in entries])
            self._queue.remove(entries)

    def _send_counts(self, turn: Turn) -> None:
        """Tell how often refusals came so far. Whoever is refused all the time makes one line a minute."""
        while refusals := self._queue.list_repeated(_AT_A_TIME):
            turn.check()
            self._send([to_count_line(refusal) for refusal in refusals])
            self._queue.mark_told(refusals)
        self._counts_from = self._now() + _BETWEEN_COUNTS

    def _pause(self, problem: str) -> Ending:
        if problem != self._problem:
            log.error(problem)
        self._problem = problem
        return Ending(_AFTER_ERROR, problem)
