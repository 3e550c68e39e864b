"""Retention of jobs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import snapshot
from app.jobs.pruning import prune_all
from app.portal.domain.jobs import JobState
from app.portal.store.jobs.pruning import prune_jobs
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.jobs import NOW, add_job
from tests.support.world import World


@pytest.mark.both_databases
def test_ended_jobs_and_old_drafts_are_deleted(world: World) -> None:
    """Whatever may still run stays, however old."""
    old, new = NOW - timedelta(days=91), NOW - timedelta(days=89)
    for state in JobState:
        for moment in (old, new):
            ended_at = moment if state in {JobState.DONE, JobState.CANCELLED} else None
            add_job(world, "Reception", "Fax", state=state, created_at=moment, ended_at=ended_at)
    world.clock.now = NOW
    assert prune_jobs(world.held_by().engine, 0, NOW) == 0
    prune_all(world.held_by())
    with snapshot(world.held_by().engine) as db:
        kept = db.execute(select(Job.state, Job.created_at)).all()
        items = len(db.scalars(select(JobItem)).all())
    gone = {JobState.DRAFT, JobState.DONE, JobState.CANCELLED}
    assert {state for state, created_at in kept if created_at == old} == set(JobState) - gone
    assert {state for state, created_at in kept if created_at == new} == set(JobState)
    assert items == 2 * len(kept)
