"""Jobs in the background process: several workers beside each other, on any number of nodes."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from app import logs
from app.jobs.acts import JobActs
from app.jobs.importing import read_next_sheet
from app.portal.api.errors import ApiError
from app.portal.services.jobs.following import RebootFollower
from app.portal.services.jobs.worker import JobWorker, OwnerCannotContinue
from app.portal.web.context import Portal

log = logging.getLogger(__name__)

WORKERS = 4  # of a process; the platform is protected by the limits of calls at once
_LOOK_EVERY = 0.5  # seconds
_APART = 0.1  # seconds, between the looks of several workers
_SWEEP_EVERY = 1.0  # seconds
_SETTLE_EVERY = 5.0  # seconds
_AFTER_ERROR = 5.0  # seconds


class JobLoop:
    """Works on items until the process is to end."""

    def __init__(self, portal: Portal) -> None:
        self._claims = portal.jobs.claims
        self._outcomes = portal.jobs.outcomes
        self._schedule = portal.jobs.schedule
        self._now = portal.now
        self._unknowns = portal.jobs.unknowns
        self._portal = portal
        self._acts = acts = JobActs(portal)
        self._follower = RebootFollower(
            portal.jobs.reboots,
            self._outcomes,
            acts.open_devices,
            portal.settings.reboot_watch_seconds,
            portal.now,
        )
        self._worker = JobWorker(
            self._claims,
            self._outcomes,
            acts.open,
            acts.forget_session,
            self._claims.renewing,
            portal.now,
        )

    def work(self, stopping: Event) -> None:
        """Carry out items, one after the other."""
        self._repeat(stopping, self._work_once, self._seconds_until_due)

    def _work_once(self) -> bool:
        due_in = self._claims.seconds_until_due()
        is_due = due_in is not None and due_in <= 0
        return is_due and (read_next_sheet(self._portal, self._acts) or self._worker.work_on_next())

    def _seconds_until_due(self) -> float:
        """Return when to look again: as the pace of a job says, but not all workers at the same moment."""
        due_in = self._claims.seconds_until_due()
        if due_in is None:
            return _LOOK_EVERY
        apart = random.uniform(0, _APART if due_in > 0 else _LOOK_EVERY)  # noqa: S311 - no secret
        return min(max(due_in, 0.0) + apart, _LOOK_EVERY)

    def tend(self, stopping: Event) -> None:
        """Free the items of workers that are gone, and let jobs go on that are due. Any number of nodes may."""
        self._repeat(stopping, self.tend_once, lambda: _SWEEP_EVERY)

    def follow(self, stopping: Event) -> None:
        """Look at the devices that jobs rebooted. Any number of nodes may."""
        self._repeat(stopping, self._follower.look_at_next, lambda: _SWEEP_EVERY)

    def settle(self, stopping: Event) -> None:
        """Read what items were about whose answers were lost. Any number of nodes may."""
        self._repeat(stopping, self.settle_next, lambda: _SETTLE_EVERY)

    def settle_next(self) -> bool:
        """Return False if nothing is to be looked at."""
        row = self._unknowns.take()
        if row is None:
            return False
        job, _, change = row
        with suppress(ApiError, OwnerCannotContinue):  # it is looked at again later
            self._acts.look_at(job, change)
        return True

    def tend_once(self) -> bool:
        if self._claims.needs_tending():
            self._claims.sweep()
            self._schedule.start_due()
            self._outcomes.go_on()
            self._outcomes.settle_all(self._now())
        return False

    def run_until_idle(self) -> None:
        """Do in this thread what is due, until nothing is."""
        self.tend_once()
        while self._work_once() or self._follower.look_at_next():
            pass
        while self.settle_next():
            pass

    @staticmethod
    def _repeat(stopping: Event, step: Callable[[], bool], pause: Callable[[], float]) -> None:
        while not stopping.is_set():
            logs.set_fields()  # those of the job before
            try:
                seconds = 0.0 if step() else pause()
            except SQLAlchemyError as error:
                log.error("jobs wait for the database: %s", str(error).partition("\n")[0])
                stopping.wait(_AFTER_ERROR)
            except Exception:
                log.exception("a job failed by an error of the program")
                stopping.wait(_AFTER_ERROR)
            else:
                stopping.wait(seconds)
