"""Items of jobs whose changes a later reading settled."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.portal.domain.audit import Result
from app.portal.domain.jobs import ItemState
from app.portal.store.jobs.reboots import add_reboot
from app.portal.store.jobs.tables import JobItem

_SETTLED = {Result.APPLIED: ItemState.DONE, Result.NOT_APPLIED: ItemState.REFUSED}


def settle_item(db: Session, change_id: int, result: Result, now: datetime) -> None:
    """Give the item that made a change the outcome that a reading showed; an item that waits again keeps its state."""
    if result not in _SETTLED:
        return
    is_open = (JobItem.change_id == change_id) & JobItem.state.in_([ItemState.UNKNOWN, ItemState.REFUSED])
    settled = update(JobItem).where(is_open).values(state=_SETTLED[result], reason=None, ended_at=now)
    for item_id in db.scalars(settled.returning(JobItem.id)).all():
        add_reboot(db, item_id)
