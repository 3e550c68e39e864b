"""Workers of jobs as processes of their own, to be killed and frozen: `python -m tests.support.job_worker`.

Arguments: the folder of the portal, the URL of its database, the URL of the backend, seconds of a lease. For each line
of its input it starts a worker, and writes the number of its process: a fork takes no time, unlike a start of Python.
"""

import os
import signal
import sys
from pathlib import Path
from time import sleep

from requests.adapters import HTTPAdapter

from app.jobs.working import JobLoop
from app.portal import create_portal
from app.portal.web.context import Portal
from tests.support.world import settings_in

_LOOK_EVERY = 0.02  # seconds


def main(*arguments: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work(*arguments)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def work(folder: str, database_url: str, backend_url: str, lease_seconds: str) -> None:
    settings = settings_in(
        Path(folder),
        database_url=database_url,
        backend_url=backend_url,
        read_timeout=3,
        write_timeout=3,
        reboot_watch_seconds=1,
        job_lease_seconds=float(lease_seconds),
    )
    portal: Portal = create_portal(settings, HTTPAdapter(), backend_url).extensions["portal"]
    jobs = JobLoop(portal)
    while True:
        jobs.run_until_idle()
        sleep(_LOOK_EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
