"""`python -m app.jobs`: the background process alone. `--parent PID` ends it with that process."""

import argparse
import logging
import os
import signal
from threading import Event
from time import monotonic, sleep

_LOOK_EVERY = 0.5  # seconds, at the parent
_NICENESS = 5  # requests come first where they share a processor


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the tasks run, Ctrl-C ends it without a word
    parser = argparse.ArgumentParser(prog="python -m app.jobs", description="The background process of the portal.")
    parser.add_argument("--parent", type=int, metavar="PID", help="end when this process is no longer the parent")
    parser.add_argument("--delay", type=float, default=0, metavar="SECONDS", help="wait before the start")
    arguments = parser.parse_args()
    os.nice(_NICENESS)
    starts_at = monotonic() + arguments.delay
    while monotonic() < starts_at and has_parent(arguments.parent):
        sleep(min(_LOOK_EVERY, max(0.0, starts_at - monotonic())))
    if has_parent(arguments.parent):
        run_tasks(arguments.parent)


def has_parent(parent: int | None) -> bool:
    return parent is None or os.getppid() == parent


def run_tasks(parent: int | None) -> None:
    from app import build_portal, logs, prepare, serving, telemetry
    from app.config import load
    from app.jobs import process
    from app.jobs.runner import Runner
    from app.jobs.tasks import build_tasks
    from app.jobs.working import JobLoop

    # The server has prepared the databases of the process that it starts.
    settings = load() if parent else serving.prepare_with_settings(prepare, port=8000)
    logs.configure(settings.log_level)
    telemetry.start(settings)
    portal = build_portal(settings)
    stopping = Event()
    with build_tasks(portal) as tasks:
        process.run(
            Runner(tasks, portal.tasks, settings.job_lease_seconds, stopping), JobLoop(portal), stopping, parent
        )
    telemetry.stop()
    logging.shutdown()
    os._exit(0)  # at once: nothing is left to be tidied up, and a call without an answer would hold up the end


if __name__ == "__main__":
    main()
