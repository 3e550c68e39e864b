"""Imported sheets whose rows are not read yet, and their rows once they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.jobs import ItemState, JobAction, JobReason, JobState
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.jobs.new_rows import NEW_ITEM
from app.portal.store.jobs.outcomes import Preview, columns_of_preview
from app.portal.store.jobs.tables import Job, JobFile, JobItem

_LEASE = 120.0  # seconds: more than reading and checking any sheet takes
_ROWS_AT_ONCE = 200  # so that others can write in between
_TRIES = 10  # of each part, where others keep the database busy
_PAUSE = 1.0  # seconds between them


@dataclass(frozen=True)
class SheetClaim:
    """A sheet in the hands of one worker, until `until`: as long as the job has that, nobody else has claimed it."""

    job: Job
    content: bytes
    until: float


@dataclass(frozen=True)
class SheetItem:
    """A row as it becomes an item. `preview` is None where the details of its device must be read first."""

    row: int
    device_name: str
    plan: Mapping[str, Any]
    preview: Preview | None


class ImportStore:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def claim(self) -> SheetClaim | None:
        """Return a sheet that is to be read; None if there is none just now."""
        is_unread = (Job.action == JobAction.IMPORT) & (Job.state == JobState.CHECKING) & (Job.items == 0)
        with reading(self._engine) as db:
            if db.scalar(select(Job.id).where(is_unread).limit(1)) is None:
                return None
        with writing(self._engine) as db:
            now = self._clock.read(db)
            due = select(Job).where(is_unread, Job.next_at <= now).order_by(Job.id).limit(1)
            job = db.scalar(due.with_for_update(skip_locked=True))
            if job is None:
                return None
            job.next_at = now + _LEASE
            file = db.get(JobFile, job.id)
            db.flush()
            return SheetClaim(job, (file.content if file else None) or b"", job.next_at)

    def give_back(self, claim: SheetClaim, pause: float = 0.0) -> None:
        with writing(self._engine) as db:
            self._update(db, claim, next_at=self._clock.read(db) + pause)

    def keep_rows(self, claim: SheetClaim, plan: Mapping[str, Any], items: Sequence[SheetItem], now: datetime) -> bool:
        """Make the rows items of the job; return False if another worker has the sheet by now."""
        group = GroupRef(claim.job.tenant_id, claim.job.group_id)
        rows = [_to_row(claim.job.id, number, group, item, now) for number, item in enumerate(items, start=1)]
        with writing(self._engine) as db:
            if not self._update(db, claim, plan=dict(plan)):
                return False
            db.execute(delete(JobItem).where(JobItem.job_id == claim.job.id))
        for chunk in in_chunks(rows, _ROWS_AT_ONCE):
            if not self._add(claim, chunk):
                return False
        with writing(self._engine) as db:
            return self._update(db, claim, items=len(rows), next_at=0.0, reason=None, params={})

    def _add(self, claim: SheetClaim, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Raise OperationalError where the database stays busy: the sheet is then read again later."""
        for tries_left in reversed(range(_TRIES)):
            try:
                with writing(self._engine) as db:
                    is_own = self._update(db, claim, next_at=claim.until)
                    if is_own:
                        db.execute(insert(JobItem), rows)
                    return is_own
            except OperationalError:
                if not tries_left:
                    raise
                sleep(_PAUSE)
        return False

    def refuse(self, claim: SheetClaim, plan: Mapping[str, Any], words: str) -> None:
        """Say why the sheet cannot be read; another way to read it can be chosen."""
        with writing(self._engine) as db:
            no_sheet = {"state": JobState.DRAFT, "reason": JobReason.UNREADABLE, "params": {"words": words}}
            self._update(db, claim, plan=dict(plan), next_at=0.0, **no_sheet)

    def read_again(self, job_id: int, plan: Mapping[str, Any]) -> bool:
        """Have the sheet of a draft read again; return False if it is no draft any more."""
        unread = {"state": JobState.CHECKING, "items": 0, "reason": None, "params": {}, "next_at": 0.0}
        is_draft = (Job.id == job_id) & (Job.action == JobAction.IMPORT) & (Job.state == JobState.DRAFT)
        statement = update(Job).where(is_draft).values(**unread, plan=dict(plan), checked_at=None).returning(Job.id)
        with writing(self._engine) as db:
            if db.execute(statement).first() is None:
                return False
            db.execute(delete(JobItem).where(JobItem.job_id == job_id))
            return True

    def list_refused(self, job_id: int) -> Sequence[JobItem]:
        is_refused = (JobItem.job_id == job_id) & (JobItem.state == ItemState.REFUSED)
        with reading(self._engine) as db:
            return db.scalars(select(JobItem).where(is_refused).order_by(JobItem.number)).all()

    def _update(self, db: Session, claim: SheetClaim, **values: Any) -> bool:
        """Change the job while its sheet is this worker's; return False where it is not."""
        is_own = (Job.id == claim.job.id) & (Job.state == JobState.CHECKING) & (Job.next_at == claim.until)
        statement = update(Job).where(is_own).values(**values).returning(Job.id)
        return db.execute(statement, execution_options={"synchronize_session": False}).first() is not None


def _to_row(job_id: int, number: int, group: GroupRef, item: SheetItem, now: datetime) -> Mapping[str, Any]:
    row = {
        **NEW_ITEM,
        "job_id": job_id,
        "number": number,
        "action": JobAction.IMPORT,
        "tenant_id": group.tenant_id,
        "group_id": group.group_id,
        "device_name": item.device_name,
        "row": item.row,
        "plan": dict(item.plan),
        "ended_at": None,
    }
    return row if item.preview is None else {**row, **columns_of_preview(item.preview, now)}
