"""Jobs that were started and are not at their end, as overviews show them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import defer

from app.database import reading
from app.portal.domain.jobs import UNDER_WAY, JobState
from app.portal.domain.refs import GroupRef, Scope
from app.portal.store.jobs.jobs import is_within
from app.portal.store.jobs.tables import Job


class RunningJobs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_under_way(self, group: GroupRef, limit: int) -> Sequence[Job]:
        """Return the newest first, without their plans and cookies."""
        of_group = is_within(Scope(group.tenant_id, group.group_id))
        newest = select(Job).where(Job.state.in_(UNDER_WAY), of_group).order_by(Job.id.desc()).limit(limit)
        with reading(self._engine) as db:
            return db.scalars(newest.options(defer(Job.plan), defer(Job.backend_cookies))).all()

    def list_ids(self, scope: Scope) -> Mapping[GroupRef, Sequence[int]]:
        """Return the ids of running jobs by the narrowest place that holds all devices of the job."""
        running: defaultdict[GroupRef, list[int]] = defaultdict(list)
        statement = select(Job.tenant_id, Job.group_id, Job.id).where(Job.state == JobState.RUNNING, is_within(scope))
        with reading(self._engine) as db:
            for tenant_id, group_id, job_id in db.execute(statement):
                running[GroupRef(tenant_id, group_id)].append(job_id)
        return running
