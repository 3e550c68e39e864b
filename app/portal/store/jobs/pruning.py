"""Deleting jobs that are kept no longer, with their items and files. The history keeps what they did."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from app.database import reading, writing
from app.portal.domain.jobs import ENDED, JobState
from app.portal.store.jobs.tables import Job, JobItem

_ITEMS_AT_ONCE = 1000  # others write in between


def prune_jobs(engine: Engine, days: int, now: datetime) -> int:
    """Delete jobs that ended so many days ago, and drafts as old that were never started; 0 days: none.

    Return how many.
    """
    if not days:
        return 0
    before = now - timedelta(days=days)
    is_old_draft = (Job.state == JobState.DRAFT) & (Job.created_at < before)
    is_old = (Job.state.in_(ENDED) & (Job.ended_at < before)) | is_old_draft
    with reading(engine) as db:
        job_ids = db.scalars(select(Job.id).where(is_old)).all()
    return sum(_delete_job(engine, job_id) for job_id in job_ids)


def _delete_job(engine: Engine, job_id: int) -> bool:
    """Return False where somebody started it meanwhile."""
    is_over = Job.state.in_([*ENDED, JobState.DRAFT])
    some = select(JobItem.id).where(JobItem.job_id == job_id).limit(_ITEMS_AT_ONCE)
    while True:
        with writing(engine) as db:
            if db.scalar(select(Job.id).where(Job.id == job_id, is_over).with_for_update()) is None:
                return False
            if not db.execute(delete(JobItem).where(JobItem.id.in_(some)).returning(JobItem.id)).all():
                db.execute(delete(Job).where(Job.id == job_id))
                return True
