"""Items of jobs whose changes a later reading settled."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.portal.domain.audit import Result
from app.portal.domain.jobs import ItemState
from app.portal.store.jobs.tables import JobItem

_SETTLED = {Result.APPLIED: ItemState.DONE, Result.NOT_APPLIED: ItemState.REFUSED}


def settle_item(db: Session, change_id: int, result: Result) -> None:
    """Give the item that made a change the outcome that a reading showed; an item that waits again keeps its state."""
    if result in _SETTLED:
        is_open = (JobItem.change_id == change_id) & JobItem.state.in_([ItemState.UNKNOWN, ItemState.REFUSED])
        db.execute(update(JobItem).where(is_open).values(state=_SETTLED[result], reason=None))
