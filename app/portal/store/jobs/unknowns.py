"""Items whose answer was lost, to be looked at until a reading shows what became of them."""

from datetime import timedelta

from sqlalchemy import Engine, select

from app.database import writing
from app.portal.domain.jobs import ItemState
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.tables import Change

_PAUSES = (60.0, 600.0, 3600.0)  # seconds after the first look, the second, …; then a person is to look
_NEVER = 1e18
_LOOKS = "looks"  # among the parameters of the item's reason


class UnknownItems:
    def __init__(self, engine: Engine, clock: DatabaseClock, longest_write: timedelta) -> None:
        self._engine = engine
        self._clock = clock
        self._longest_write = longest_write.total_seconds()

    def take(self) -> tuple[Job, JobItem, Change] | None:
        """Return the next item to be looked at, and its change; None if there is none just now.

        A reading before the longest write is over could miss what still arrives. No reading shows a reboot, so nothing
        is looked at in vain for long.
        """
        with writing(self._engine) as db:
            now = self._clock.read(db)
            is_over = JobItem.lease_until <= now - self._longest_write
            is_unknown = (JobItem.state == ItemState.UNKNOWN) & (JobItem.due_at <= now)
            statement = (
                select(Job, JobItem, Change)
                .join(Job, Job.id == JobItem.job_id)
                .join(Change, Change.id == JobItem.change_id)
                .where(is_unknown, is_over)
                .order_by(JobItem.due_at, JobItem.id)
                .limit(1)
                .with_for_update(skip_locked=True, of=JobItem)
            )
            row = db.execute(statement).first()
            if row is None:
                return None
            job, item, change = row
            looks = int(item.params.get(_LOOKS, 0))
            item.params = {**item.params, _LOOKS: looks + 1}
            item.due_at = now + _PAUSES[looks] if looks < len(_PAUSES) else _NEVER
            return job, item, change
