"""Sheets that are read by one worker at a time, also where the worker before was killed or stood still."""

from sqlalchemy import func, select

from app.database import reading, snapshot
from app.portal.domain.jobs import JobAction, JobState, Verdict
from app.portal.store.jobs.imports import SheetItem
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.jobs import NOW, add_job
from tests.support.world import World

ROWS = [
    SheetItem(number, f"Desk {number}", {"cells": {}, "typed": [], "errors": {}}, Preview(verdict=Verdict.UNCHANGED))
    for number in range(2, 500)
]


def test_sheet_is_kept_by_the_worker_that_has_it(world: World) -> None:
    portal = world.held_by()
    imports = portal.jobs.imports
    job_id = add_job(world, state=JobState.CHECKING, action=JobAction.IMPORT)
    first = imports.claim()
    assert first is not None
    assert imports.claim() is None
    portal.jobs.outcomes.settle(job_id, NOW)
    with reading(portal.engine) as db:
        assert db.scalar(select(Job.state).where(Job.id == job_id)) == JobState.CHECKING
    world.clock.advance(seconds=121)
    second = imports.claim()
    assert second is not None
    assert not imports.keep_rows(first, {}, ROWS[:9], NOW)
    assert imports.keep_rows(second, {}, ROWS, NOW)
    imports.refuse(first, {}, "too late")
    portal.jobs.outcomes.settle(job_id, NOW)
    with snapshot(portal.engine) as db:
        assert db.scalar(select(Job.state).where(Job.id == job_id)) == JobState.DRAFT
        assert db.scalar(select(func.count(JobItem.id))) == len(ROWS)
        assert set(db.scalars(select(JobItem.state))) == {"unchanged"}
    assert imports.claim() is None
