"""Refusals that are repeated: counted beside their first entry in the audit log, which is never changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import insert_or_update, reading, writing
from app.portal.domain.audit import Action, Actor, Intent, Reason
from app.portal.store.tables import Base, Change, Outcome

_LOOKED_AT = 50  # newest refusals of a user; one that is further back gets an entry of its own


class RepeatedRefusal(Base):
    """Counts how often the refusal of an entry came again, with the time of the last.

    `exported` is the count that the export of the audit log told last.
    """

    __tablename__ = "portal_repeated_refusals"
    __table_args__ = (
        Index(
            "ix_portal_repeated_refusals_untold",
            "change_id",
            sqlite_where=text("exported < count"),
            postgresql_where=text("exported < count"),
        ),
    )

    change_id: Mapped[int] = mapped_column(ForeignKey("portal_changes.id", ondelete="CASCADE"), primary_key=True)
    count: Mapped[int]  # besides the first
    last_at: Mapped[datetime]
    exported: Mapped[int] = mapped_column(server_default=text("0"))


@dataclass(frozen=True)
class Repetition:
    count: int  # besides the first
    last_at: datetime


class Refusals:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def repeat(self, intent: Intent, actor: Actor, reason: Reason, since: datetime, now: datetime, count: int) -> bool:
        """Count a refusal that the same user met after `since`. Return False if there was none."""
        entry_id = self._find(intent, actor, reason, since)
        if entry_id is None:
            return False
        changed = {"count": RepeatedRefusal.count + count, "last_at": now}
        with writing(self._engine) as db:
            insert_or_update(db, RepeatedRefusal, {"change_id": entry_id}, {"count": count, "last_at": now}, changed)
        return True

    def find(self, change_ids: Collection[int]) -> Mapping[int, Repetition]:
        """Return what is counted of these entries; those that came once are left out."""
        if not change_ids:
            return {}
        with reading(self._engine) as db:
            rows = db.scalars(select(RepeatedRefusal).where(RepeatedRefusal.change_id.in_(change_ids)))
            return {row.change_id: Repetition(row.count, row.last_at) for row in rows}

    def _find(self, intent: Intent, actor: Actor, reason: Reason, since: datetime) -> int | None:
        group = intent.group
        statement = (
            select(Change.id, Change.at, Change.after)
            .join(Outcome, Outcome.change_id == Change.id)
            .where(Change.username == actor.username, Change.action == Action.REFUSAL, Outcome.reason == reason)
            .where(Change.tenant_id == group.tenant_id, Change.group_id == group.group_id)
            .where(Change.device_name == intent.device_name, Change.address == actor.address)
            .order_by(Change.id.desc())
            .limit(_LOOKED_AT)
        )
        with reading(self._engine) as db:
            entries = db.execute(statement).all()
        same = (entry.id for entry in entries if entry.at >= since and entry.after == dict(intent.after))
        return next(same, None)
