"""Rows of the audit log that wait to be exported, which triggers add, and refusals that were counted since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, ForeignKey, Select, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.database import reading, writing
from app.portal.store.refusals import RepeatedRefusal
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


_IS_UNTOLD = RepeatedRefusal.exported < RepeatedRefusal.count


class AuditQueue:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has_entries(self) -> bool:
        return self._has(select(AuditQueueRow.id))

    def has_repeated(self) -> bool:
        return self._has(select(RepeatedRefusal.change_id).where(_IS_UNTOLD))

    def _has(self, rows: Select[int]) -> bool:
        with self._engine.connect() as connection:
            return connection.scalar(rows.limit(1)) is not None

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

    def list_repeated(self, most: int) -> Sequence[RepeatedRefusal]:
        """Return refusals that were counted since their count was told last; their entries may still wait."""
        statement = select(RepeatedRefusal).where(_IS_UNTOLD).order_by(RepeatedRefusal.change_id).limit(most)
        with reading(self._engine) as db:
            return db.scalars(statement).all()

    def mark_told(self, refusals: Sequence[RepeatedRefusal]) -> None:
        """Note the counts that were told; what was counted meanwhile still waits."""
        with writing(self._engine) as db:
            for row in refusals:
                own = update(RepeatedRefusal).where(RepeatedRefusal.change_id == row.change_id)
                db.execute(own.values(exported=row.count))

    def remove_before(self, moment: datetime) -> None:
        """Remove what was recorded before this moment, for a portal that exports nothing."""
        old = select(Change.id).where(Change.at < moment)
        untold = update(RepeatedRefusal).where(_IS_UNTOLD, RepeatedRefusal.last_at < moment)
        with writing(self._engine) as db:
            db.execute(delete(AuditQueueRow).where(AuditQueueRow.change_id.in_(old)))
            db.execute(untold.values(exported=RepeatedRefusal.count))
