"""Several parts of one change."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.portal.domain.audit import Intent, Result
from app.portal.store.audit import ChangePart


class ChangeParts:
    def __init__(self, parts: Sequence[ChangePart]) -> None:
        self._parts = parts

    def prepare(self, db: Session, intent: Intent) -> Intent | None:
        """Let each part complete the intent; None if another change claims one of them."""
        prepared: Intent | None = intent
        for part in self._parts:
            prepared = part.prepare(db, prepared) if prepared else None
        return prepared

    def attach(self, db: Session, change_id: int) -> None:
        for part in self._parts:
            part.attach(db, change_id)

    def finish(self, db: Session, result: Result) -> None:
        for part in self._parts:
            part.finish(db, result)
