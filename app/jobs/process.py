"""The process itself: a thread for each task, until a signal or the end of the server that started it."""

import logging
import os
import signal
from threading import Event, Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from app.jobs.runner import Runner
from app.jobs.working import WORKERS, JobLoop

log = logging.getLogger(__name__)

GRACE = 4.0  # seconds in which what is in hand may end
_LOOK_EVERY = 0.5  # seconds, at the parent
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(runner: Runner, jobs: JobLoop, stopping: Event, parent: int | None) -> None:
    """Run tasks and jobs until SIGTERM, Ctrl-C or the end of the process `parent`; then give back what is not done."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # before there are threads; they are waited for below
    threads = [Thread(target=runner.run, args=(task,), name=task.name, daemon=True) for task in runner.tasks]
    threads += [Thread(target=jobs.work, args=(stopping,), name="jobs", daemon=True) for _ in range(WORKERS)]
    threads.append(Thread(target=jobs.tend, args=(stopping,), name="tending jobs", daemon=True))
    threads.append(Thread(target=jobs.follow, args=(stopping,), name="following reboots", daemon=True))
    threads.append(Thread(target=jobs.settle, args=(stopping,), name="settling jobs", daemon=True))
    for thread in threads:
        thread.start()
    log.info("background process started: %s", ", ".join(task.name for task in runner.tasks))
    reason = _wait_for_end(parent)
    stopping.set()
    deadline = monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    try:
        runner.give_back()
    except SQLAlchemyError:
        log.exception("leases not given back; they run out by themselves")
    log.info("background process ended: %s", reason)


def _wait_for_end(parent: int | None) -> str:
    """Return why the process is to end."""
    while True:
        if parent is not None and os.getppid() != parent:
            return "the server is gone"
        received = signal.sigtimedwait(_SIGNALS, _LOOK_EVERY)
        if received:
            return signal.Signals(received.si_signo).name
