"""Contents between upload and Apply, stored here so that no browser is trusted with them."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.audit import UNDONE
from app.portal.domain.files import Upload
from app.portal.domain.refs import FileRef
from app.portal.store.audit import last_result
from app.portal.store.tables import PendingUploadRow

KEPT_FOR = timedelta(hours=1)
_MOST_OF_ONE_PERSON = 10
_IS_CLAIMED = PendingUploadRow.change_id.is_not(None) & last_result(PendingUploadRow.change_id).not_in(UNDONE)


class PendingUploads:
    """Keeps the newest ten of each user, for an hour."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, username: str, file: FileRef, upload: Upload, now: datetime) -> str:
        """Return the id of the stored upload."""
        upload_id = secrets.token_urlsafe(32)
        row = PendingUploadRow(
            id=upload_id,
            username=username,
            tenant_id=file.group.tenant_id,
            group_id=file.group.group_id,
            device_name=file.device_name,
            file_format=file.file_format,
            origin=upload.origin,
            detail=upload.detail,
            content=upload.content,
            opened=upload.opened,
            opened_state=upload.opened_state,
            kept_at=now,
        )
        newest = (
            select(PendingUploadRow.id)
            .where(PendingUploadRow.username == username)
            .order_by(PendingUploadRow.kept_at.desc(), PendingUploadRow.id)
            .limit(_MOST_OF_ONE_PERSON - 1)
        )
        with writing(self._engine) as db:
            too_many = (PendingUploadRow.username == username) & PendingUploadRow.id.not_in(newest)
            db.execute(delete(PendingUploadRow).where(or_(PendingUploadRow.kept_at < now - KEPT_FOR, too_many)))
            db.add(row)
        return upload_id

    def find(self, upload_id: str, username: str, file: FileRef, now: datetime) -> Upload | None:
        """Return the upload for the same user and file only."""
        statement = select(PendingUploadRow, PendingUploadRow.content.is_(None), _IS_CLAIMED).where(
            PendingUploadRow.id == upload_id,
            PendingUploadRow.username == username,
            PendingUploadRow.tenant_id == file.group.tenant_id,
            PendingUploadRow.group_id == file.group.group_id,
            PendingUploadRow.device_name == file.device_name,
            PendingUploadRow.file_format == file.file_format,
            PendingUploadRow.kept_at >= now - KEPT_FOR,
        )
        with reading(self._engine) as db:
            row, is_empty, is_claimed = db.execute(statement).one_or_none() or (None, True, False)
        if row is None or (row.content is None and not is_empty):  # gone, or no key opens it
            return None
        return Upload(
            origin=row.origin,
            detail=row.detail,
            content=row.content,
            opened=row.opened,
            opened_state=row.opened_state,
            kept_at=row.kept_at,
            is_claimed=is_claimed,
        )

    def is_claimed(self, db: Session, upload_id: str) -> bool:
        return bool(db.scalar(select(_IS_CLAIMED).where(PendingUploadRow.id == upload_id)))

    def claim(self, db: Session, upload_id: str, change_id: int) -> None:
        """Reserve an upload for one change; it is free again if that is refused or not applied."""
        db.execute(update(PendingUploadRow).where(PendingUploadRow.id == upload_id).values(change_id=change_id))

    def clear(self, db: Session, upload_id: str) -> None:
        """Delete the content of an upload that was sent; the row still tells that it was."""
        db.execute(update(PendingUploadRow).where(PendingUploadRow.id == upload_id).values(content=None, opened=None))
