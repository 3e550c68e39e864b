"""Jobs that wait for their time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select, update

from app.database import snapshot, writing
from app.portal.domain.jobs import JobReason, JobState
from app.portal.domain.local_time import LocalTime
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.job_log import log_state
from app.portal.store.jobs.tables import Job

MISSED_AFTER = 300.0  # seconds, in which no process ran


class JobSchedule:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def start_due(self) -> None:
        """Let jobs run whose time has come; those whose time has long gone wait for a person.

        The instant of a local time is calculated anew each time, for the rules of its zone may change.
        """
        scheduled = select(Job.id, Job.start_at, Job.zone).where(Job.state == JobState.SCHEDULED)
        with snapshot(self._engine) as db:
            jobs = db.execute(scheduled).all()
            now = self._clock.read(db) if jobs else 0.0
        for job_id, start_at, zone in jobs:
            if values := _judge(LocalTime(start_at, zone), now):
                is_unchanged = (Job.id == job_id) & (Job.state == JobState.SCHEDULED)
                with writing(self._engine) as db:
                    is_ours = db.execute(update(Job).where(is_unchanged).values(**values).returning(Job.id)).first()
                if is_ours:
                    log_state(job_id, values["state"], values.get("reason"))


def _judge(start: LocalTime, now: float) -> Mapping[str, Any] | None:
    """Return what changes in a job; None where its time has not come."""
    try:
        late_by = now - start.instant.timestamp()
    except ValueError:
        late_by = MISSED_AFTER  # the system does not know its zone any more
    if late_by < 0:
        return None
    if late_by >= MISSED_AFTER:
        return {"state": JobState.WAITING, "reason": JobReason.MISSED_START, "params": {"start": str(start)}}
    return {"state": JobState.RUNNING, "reason": None, "params": {}, "started_at": datetime.fromtimestamp(now, UTC)}
