"""The limits of jobs: devices of one, and unfinished ones of a user."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.portal.domain.jobs import ENDED, JobRefused
from app.portal.domain.text import plural
from app.portal.store.jobs.tables import Job


@dataclass(frozen=True)
class JobLimits:
    items: int
    per_user: int

    def require_room(self, db: Session, username: str, items: int) -> None:
        """Raise JobRefused where a job of so many items would be too large, or one too many."""
        if items > self.items:
            raise JobRefused(
                f"A job can have at most {plural(self.items, 'device')}, and you selected {items:,}. "
                "Nothing was sent. Select fewer devices."
            )
        is_own = (Job.username == username) & Job.state.not_in(ENDED)
        if (db.scalar(select(func.count()).where(is_own)) or 0) >= self.per_user:
            raise JobRefused(
                f"You have {plural(self.per_user, 'unfinished job')}, drafts included, and that is the limit. "
                "Cancel a job or wait for one to finish, then try again."
            )
