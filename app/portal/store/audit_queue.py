"""Rows of the audit log that wait to be exported. Triggers of the database add them, whoever writes the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import reading, writing
from app.portal.store.tables import Base, Change, Outcome


class AuditQueueRow(Base):
    """A change where there is no `outcome_id`, else its outcome."""

    __tablename__ = "portal_audit_queue"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("portal_changes.id", ondelete="CASCADE"), index=True)
    outcome_id: Mapped[int | None] = mapped_column(ForeignKey("portal_outcomes.id", ondelete="CASCADE"), index=True)


@dataclass(frozen=True)
class QueuedEntry:
    """`id` is that of the row in the queue. Without an outcome, the change itself waits."""

    id: int
    change: Change
    outcome: Outcome | None


class AuditQueue:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_empty(self) -> bool:
        with self._engine.connect() as connection:
            return connection.scalar(select(AuditQueueRow.id).limit(1)) is None

    def list_next(self, most: int) -> Sequence[QueuedEntry]:
        """Return the first ones that were added."""
        statement = (
            select(AuditQueueRow.id, Change, Outcome)
            .join(Change, Change.id == AuditQueueRow.change_id)
            .outerjoin(Outcome, Outcome.id == AuditQueueRow.outcome_id)
            .order_by(AuditQueueRow.id)
            .limit(most)
        )
        with reading(self._engine) as db:
            return [QueuedEntry(row_id, change, outcome) for row_id, change, outcome in db.execute(statement)]

    def remove(self, entries: Sequence[QueuedEntry]) -> None:
        with writing(self._engine) as db:
            db.execute(delete(AuditQueueRow).where(AuditQueueRow.id.in_([entry.id for entry in entries])))

    def remove_before(self, moment: datetime) -> None:
        """Remove what was recorded before this moment, for a portal that exports nothing."""
        old = select(Change.id).where(Change.at < moment)
        with writing(self._engine) as db:
            db.execute(delete(AuditQueueRow).where(AuditQueueRow.change_id.in_(old)))
