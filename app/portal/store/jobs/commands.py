"""Orders that a job takes only in certain states."""

from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from app.portal.domain.jobs import Command, allowed_states
from app.portal.store.jobs.tables import Job


def give_command(db: Session, job_id: int, command: Command, **values: Any) -> bool:
    """Write the values; return False where the job is in none of the states in which the command is allowed."""
    is_allowed = and_(Job.id == job_id, Job.state.in_(allowed_states(command)))
    return db.execute(update(Job).where(is_allowed).values(**values).returning(Job.id)).first() is not None
