"""What is kept for an hour goes when the next comes; at each start it goes too, lest none does."""

from datetime import datetime

from sqlalchemy import Engine, delete

from app.database import writing
from app.portal.store import kept_forms, uploads
from app.portal.store.tables import KeptForm, UploadRow


def drop_expired(engine: Engine, now: datetime) -> None:
    with writing(engine) as db:
        db.execute(delete(KeptForm).where(KeptForm.kept_at < now - kept_forms.KEPT_FOR))
        db.execute(delete(UploadRow).where(UploadRow.kept_at < now - uploads.KEPT_FOR))
