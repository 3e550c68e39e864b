"""The export of the audit log as a task."""

import logging

from app.jobs.runner import Ending, Task
from app.jobs.turn import Turn
from app.portal.services.audit_export.lines import to_line
from app.portal.services.audit_export.receivers import build_receiver
from app.portal.web.context import Portal

log = logging.getLogger(__name__)

_AT_A_TIME = 500
_AFTER_ERROR = 5.0  # seconds


class AuditExport:
    """Sends what waits in the queue. It leaves the queue only then, so that a line may come twice but never not."""

    def __init__(self, portal: Portal) -> None:
        self._queue = portal.audit_queue
        self._target = portal.settings.audit_log
        self._send = build_receiver(self._target)
        self._problem = ""  # that was logged last

    @property
    def task(self) -> Task:
        return Task("audit export", self.work, lambda: not self._queue.is_empty())

    def work(self, turn: Turn) -> Ending:
        while entries := self._queue.list_next(_AT_A_TIME):
            turn.check()
            try:
                self._send([to_line(entry) for entry in entries])
            except OSError as error:
                return self._pause(f"{self._target} does not take the audit log: {error.strerror or error}")
            self._queue.remove(entries)
        self._problem = ""
        return Ending(0)

    def _pause(self, problem: str) -> Ending:
        if problem != self._problem:
            log.error(problem)
        self._problem = problem
        return Ending(_AFTER_ERROR, problem)
