"""Expiry of drafts and uploads after an hour, and of lists that nobody opens."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, exists

from app.database import writing
from app.portal.store.file_tables import PendingUploadRow
from app.portal.store.list_tables import CachedList, ListPatch
from app.portal.store.tables import SavedDraft

KEPT_FOR = timedelta(hours=1)
LISTS_KEPT_FOR = timedelta(days=7)  # since they were read


def drop_expired(engine: Engine, now: datetime) -> None:
    """Delete expired rows at a start; adding a row deletes them too."""
    with writing(engine) as db:
        for table in (SavedDraft, PendingUploadRow):
            db.execute(delete(table).where(table.kept_at < now - KEPT_FOR))
        db.execute(delete(CachedList).where(CachedList.as_of < (now - LISTS_KEPT_FOR).timestamp()))
        has_list = exists().where(
            CachedList.tenant_id == ListPatch.tenant_id, CachedList.group_id == ListPatch.group_id
        )
        db.execute(delete(ListPatch).where(~has_list))
