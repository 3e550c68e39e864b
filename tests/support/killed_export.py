"""An export of the history that is killed again and again while entries are written. A program of its own: it forks
before there is a thread.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path
from threading import Event

from requests.adapters import HTTPAdapter

from app.config import Settings
from app.database import connect
from app.database_time import utc_now
from app.jobs.exporting import AuditExport
from app.jobs.runner import Runner
from app.portal import build_portal
from app.portal.domain.audit import Action, Intent, Result, by_itself
from app.portal.domain.refs import GroupRef
from app.portal.store.audit import AuditLog
from tests.support.world import API, settings_in

_LEASE = 0.3  # seconds
_LONGEST_LIFE = 0.3


def export(settings: Settings, seconds: float) -> None:
    portal = build_portal(settings, HTTPAdapter(), API)
    runner = Runner([AuditExport(portal).task], portal.tasks, _LEASE, Event())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        runner.run_until_idle()
        time.sleep(0.001)


def write_entries(url: str, seconds: float) -> None:
    engine = connect(url)
    audit_log, end = AuditLog(engine), time.monotonic() + seconds
    intent = Intent(Action.EDIT, GroupRef("acme", "headquarters"), "Fax", before={}, after={"description": "x" * 3000})
    while time.monotonic() < end:
        begun = audit_log.begin(intent, by_itself("somebody"), utc_now())
        audit_log.finish(begun, utc_now(), Result.APPLIED)
    engine.dispose()


def main(folder: Path, url: str, file: str, rounds: int, seed: str) -> None:
    settings, chance = settings_in(folder, database_url=url, audit_log=file), random.Random(seed)
    for _ in range(rounds):
        child = os.fork()
        if child == 0:
            export(settings, 60)
            os._exit(1)
        write_entries(url, _LONGEST_LIFE * chance.random())
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    export(settings, 2 + 2 * _LEASE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
