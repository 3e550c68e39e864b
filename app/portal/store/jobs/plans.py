"""Plans of drafts: what they are to do, to which of their devices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, exists, update
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.jobs import Command, ItemReason, ItemState, JobAction, JobState
from app.portal.store.jobs.commands import give_command
from app.portal.store.jobs.item_order import difference_key
from app.portal.store.jobs.new_rows import NOT_CHECKED
from app.portal.store.jobs.tables import Job, JobFile, JobItem


@dataclass(frozen=True)
class ChosenItems:
    """Items of a draft: by their ids, by what they show, and all that the preview has a doubt about."""

    ids: Collection[int] = ()
    differences: Collection[str] = ()
    is_doubtful: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.ids or self.differences or self.is_doubtful)


class JobPlans:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set_plan(self, job_id: int, plan: Mapping[str, Any], title: str, file: tuple[str, bytes] | None = None) -> bool:
        """Say what a draft is to do, and let its preview be built; return False if it is no draft any more.

        Both in one transaction: a worker must not find a preview complete that is of another plan. `file` is the name
        and the content of the file to send. Parts that an earlier preview made go with it.
        """
        is_within_reach = (JobItem.job_id == job_id) & (
            JobItem.verdict.is_(None) | (JobItem.reason.is_distinct_from(ItemReason.NOT_FOUND))
        )
        values = {"state": JobState.CHECKING, "plan": dict(plan), "title": title, "checked_at": None}
        with writing(self._engine) as db:
            if not give_command(db, job_id, Command.PLAN, **values):
                return False
            _drop_parts(db, job_id)
            db.execute(update(JobItem).where(is_within_reach).values(**NOT_CHECKED))
            if file:
                filename, content = file
                db.merge(JobFile(job_id=job_id, filename=filename, content=content))
        return True

    def leave_out(self, job_id: int, chosen: ChosenItems, now: datetime) -> int:
        """Let items of a draft stay as they are. Return how many; those that would not be changed are passed."""
        is_draft = exists().where(Job.id == job_id, Job.state == JobState.DRAFT)
        is_chosen = JobItem.id.in_(chosen.ids) | difference_key.in_(chosen.differences)
        if chosen.is_doubtful:
            is_chosen = is_chosen | (JobItem.reason == ItemReason.DOUBTFUL)
        is_to_do = (JobItem.job_id == job_id) & (JobItem.state == ItemState.WAITING) & is_chosen
        values = {"state": ItemState.CANCELLED, "reason": ItemReason.LEFT_OUT, "ended_at": now}
        with writing(self._engine) as db:
            statement = update(JobItem).where(is_to_do, is_draft).values(**values).returning(JobItem.id)
            return len(db.scalars(statement).all())

    def check_again(self, job_id: int) -> bool:
        """Let the preview of a draft be built again; return False if it is no draft any more.

        What a person left out stays so, and what is out of his reach.
        """
        kept = (ItemReason.NOT_FOUND, ItemReason.LEFT_OUT)
        is_to_check = (JobItem.job_id == job_id) & (JobItem.reason.is_(None) | JobItem.reason.not_in(kept))
        with writing(self._engine) as db:
            if not give_command(db, job_id, Command.PLAN, state=JobState.CHECKING, checked_at=None):
                return False
            _drop_parts(db, job_id)
            db.execute(update(JobItem).where(is_to_check).values(**NOT_CHECKED))
        return True

    def load_file(self, job_id: int) -> JobFile | None:
        """Return the file that the job was made with."""
        with reading(self._engine) as db:
            return db.get(JobFile, job_id)


def _drop_parts(db: Session, job_id: int) -> None:
    """Delete the items that a preview added for further acts on the same devices."""
    is_part = (JobItem.job_id == job_id) & (JobItem.action == JobAction.DEFAULT) & (JobItem.part > 0)
    db.execute(delete(JobItem).where(is_part))
