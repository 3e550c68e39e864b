"""Jobs that were started and are not at their end, as overviews show them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import defer

from app.database import reading
from app.portal.domain.jobs import UNDER_WAY
from app.portal.domain.refs import GroupRef, Scope
from app.portal.store.jobs.listing import JobKind, is_of_kind
from app.portal.store.jobs.tables import Job
from app.portal.store.scopes import is_within


class RunningJobs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list_under_way(self, group: GroupRef, limit: int) -> Sequence[Job]:
        """Return the newest first, without their plans and cookies."""
        of_group = is_within(Job, Scope(group.tenant_id, group.group_id))
        newest = select(Job).where(Job.state.in_(UNDER_WAY), of_group).order_by(Job.id.desc()).limit(limit)
        with reading(self._engine) as db:
            return db.scalars(newest.options(defer(Job.plan), defer(Job.backend_cookies))).all()

    def count(self, scope: Scope, username: str) -> Mapping[GroupRef, int]:
        """Return numbers of jobs that run, as the list of this account shows them, by their narrowest place."""
        place = Job.tenant_id, Job.group_id
        is_wanted = is_within(Job, scope) & is_of_kind(JobKind.RUNNING, username)
        with reading(self._engine) as db:
            rows = db.execute(select(*place, func.count()).where(is_wanted).group_by(*place))
            return {GroupRef(tenant_id, group_id): count for tenant_id, group_id, count in rows}
