"""A worker of jobs as a program of its own, to be killed and frozen: `python -m tests.support.job_worker`.

Arguments: the folder of the portal, the URL of its database, the URL of the backend, seconds of a lease.
"""

import sys
from pathlib import Path
from time import sleep

from requests.adapters import HTTPAdapter

from app.jobs.acts import open_act
from app.portal import create_portal
from app.portal.services.jobs.worker import JobWorker
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.claims import JobClaims
from app.portal.store.jobs.outcomes import JobOutcomes
from app.portal.web.context import Portal
from tests.support.world import settings_in

_LOOK_EVERY = 0.02  # seconds


def main(folder: str, database_url: str, backend_url: str, lease_seconds: str) -> None:
    settings = settings_in(
        Path(folder), database_url=database_url, backend_url=backend_url, read_timeout=3, write_timeout=3
    )
    portal: Portal = create_portal(settings, HTTPAdapter(), backend_url).extensions["portal"]
    clock = DatabaseClock(portal.engine, portal.now)
    claims, outcomes = JobClaims(portal.engine, clock, float(lease_seconds)), JobOutcomes(portal.engine, clock)
    worker = JobWorker(claims, outcomes, lambda job, item: open_act(portal, job, item), claims.renewing, portal.now)
    while True:
        claims.sweep()
        outcomes.go_on()
        if not worker.work_on_next():
            sleep(_LOOK_EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
