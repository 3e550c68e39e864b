"""Jobs with one text in every place that takes one. They are written as they would be: nobody carries them out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from app.database import writing
from app.portal.domain.jobs import ItemReason, ItemState, JobAction, JobState, Verdict
from app.portal.domain.refs import GroupRef
from app.portal.store.jobs.new_rows import NEW_ITEM, NEW_JOB
from app.portal.store.jobs.tables import Job, JobItem


def add_jobs(engine: Engine, group: GroupRef, device_name: str, text: str) -> Mapping[str, str]:
    """Write a draft and a finished job; return the URLs of their pages by name."""
    states = ((JobState.DRAFT, ItemState.WAITING), (JobState.DONE, ItemState.DONE))
    return {f"job, {state}": _add_job(engine, group, device_name, text, state, item) for state, item in states}


def _add_job(
    engine: Engine, group: GroupRef, device_name: str, text: str, state: JobState, item_state: ItemState
) -> str:
    now, place = datetime.now(UTC), {"tenant_id": group.tenant_id, "group_id": group.group_id}
    of_owner = {"username": text[:150], "role": "", "address": "", "request_id": "", "session_id": 0, **place}
    of_job: dict[str, Any] = {**NEW_JOB, "note": text, "title": text, "state": state, "action": JobAction.EDIT}
    of_item: dict[str, Any] = {**NEW_ITEM, "action": JobAction.EDIT, "verdict": Verdict.CHANGE, "subject": text}
    of_item |= {"state": item_state, "seen": {"changes": [[text, text, text]]}, "device_name": device_name, **place}
    refused = {"state": ItemState.REFUSED, "reason": ItemReason.NO_RIGHT, "params": {"words": text}}
    with writing(engine) as db:
        job = Job(**of_owner, **of_job, items=2, created_at=now, checked_at=now)
        db.add(job)
        db.flush()
        db.add(JobItem(job_id=job.id, number=1, **of_item))
        db.add(JobItem(job_id=job.id, number=2, **{**of_item, **refused}))
        return f"/jobs/{job.id}/"
