"""Contents between upload and Apply, stored here so that no browser is trusted with them."""

import secrets
from datetime import datetime

from sqlalchemy import Engine, SQLColumnExpression, delete, func, select, update
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.portal.domain.audit import UNDONE
from app.portal.domain.files import MissingUpload, Upload
from app.portal.domain.refs import FileRef
from app.portal.store.audit import last_result
from app.portal.store.expiry import KEPT_FOR
from app.portal.store.file_tables import PendingUploadRow

MOST_BYTES = 1 << 26  # of one user, as they are encrypted: some 24 edits of the largest file
_MOST_ROWS = 1_000
_DISPLACED = "displaced"  # origin of an upload whose content had to make room
_IS_CLAIMED = PendingUploadRow.change_id.is_not(None) & last_result(PendingUploadRow.change_id).not_in(UNDONE)


class PendingUploads:
    """Keeps the newest of each user, up to MOST_BYTES without those that were sent, for an hour."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, username: str, file: FileRef, upload: Upload, now: datetime) -> str:
        """Return the id of the stored upload."""
        upload_id = secrets.token_urlsafe(32)
        row = PendingUploadRow(
            id=upload_id,
            username=username,
            **file.columns,
            origin=upload.origin,
            detail=upload.detail,
            content=upload.content,
            opened=upload.opened,
            opened_state=upload.opened_state,
            kept_at=now,
        )
        with writing(self._engine) as db:
            db.add(row)
            db.flush()
            _make_room(db, username, now)
        return upload_id

    def find(self, upload_id: str, username: str, file: FileRef, now: datetime) -> Upload | None:
        """Return the upload for the same user and file only."""
        statement = (
            select(PendingUploadRow)
            .filter_by(id=upload_id, username=username, **file.columns)
            .where(PendingUploadRow.kept_at >= now - KEPT_FOR, PendingUploadRow.origin != _DISPLACED)
            .add_columns(PendingUploadRow.content.is_(None), _IS_CLAIMED)
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

    def explain_missing(self, upload_id: str, username: str, file: FileRef) -> MissingUpload:
        statement = select(PendingUploadRow.origin).filter_by(id=upload_id, username=username, **file.columns)
        with reading(self._engine) as db:
            is_displaced = db.scalar(statement) == _DISPLACED
        return MissingUpload.DISPLACED if is_displaced else MissingUpload.EXPIRED

    def is_claimed(self, db: Session, upload_id: str) -> bool:
        return bool(db.scalar(select(_IS_CLAIMED).where(PendingUploadRow.id == upload_id)))

    def claim(self, db: Session, upload_id: str, change_id: int) -> None:
        """Reserve an upload for one change; it is free again if that is refused or not applied."""
        db.execute(update(PendingUploadRow).where(PendingUploadRow.id == upload_id).values(change_id=change_id))

    def clear(self, db: Session, upload_id: str) -> None:
        """Delete the content of an upload that was sent; the row still tells that it was."""
        db.execute(update(PendingUploadRow).where(PendingUploadRow.id == upload_id).values(content=None, opened=None))


def _size(column: SQLColumnExpression[bytes | None]) -> SQLColumnExpression[int]:
    return func.coalesce(func.length(column), 0)


def _make_room(db: Session, username: str, now: datetime) -> None:
    """Delete expired rows, and the contents of a user's oldest that are too many bytes together."""
    db.execute(delete(PendingUploadRow).where(PendingUploadRow.kept_at < now - KEPT_FOR))
    sizes = _size(PendingUploadRow.content) + _size(PendingUploadRow.opened)
    newest_first = (
        select(PendingUploadRow.id, sizes, func.coalesce(_IS_CLAIMED, False))
        .where(PendingUploadRow.username == username)
        .order_by(PendingUploadRow.kept_at.desc(), PendingUploadRow.id)
    )
    total, displaced, surplus = 0, [], []
    for number, (row_id, size, is_claimed) in enumerate(db.execute(newest_first)):
        total += 0 if is_claimed else size
        if number >= _MOST_ROWS:
            surplus.append(row_id)
        elif total > MOST_BYTES and not is_claimed:
            displaced.append(row_id)
    emptied = update(PendingUploadRow).where(PendingUploadRow.id.in_(displaced))
    db.execute(emptied.values(content=None, opened=None, origin=_DISPLACED))
    db.execute(delete(PendingUploadRow).where(PendingUploadRow.id.in_(surplus)))
