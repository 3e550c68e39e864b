"""Deletion of expired drafts and uploads at each start; adding one deletes expired ones too."""

from datetime import datetime

from sqlalchemy import Engine, delete

from app.database import writing
from app.portal.store import pending_uploads as uploads
from app.portal.store import saved_drafts
from app.portal.store.tables import PendingUploadRow, SavedDraft


def drop_expired(engine: Engine, now: datetime) -> None:
    with writing(engine) as db:
        db.execute(delete(SavedDraft).where(SavedDraft.kept_at < now - saved_drafts.KEPT_FOR))
        db.execute(delete(PendingUploadRow).where(PendingUploadRow.kept_at < now - uploads.KEPT_FOR))
