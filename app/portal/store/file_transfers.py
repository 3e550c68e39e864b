"""The rows of a file change beside its audit entry, written in the same two transactions."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.portal.domain.audit import Intent, Result
from app.portal.domain.files import LineCounts, NewVersion
from app.portal.domain.refs import FileRef
from app.portal.store.file_versions import FileVersions
from app.portal.store.pending_uploads import PendingUploads


class FileTransfer:
    """The version that is replaced, where it is known, and the one that is sent."""

    def __init__(self, versions: FileVersions, file: FileRef, existing: NewVersion | None, pending: NewVersion) -> None:
        self._versions = versions
        self._file = file
        self._existing = existing
        self._pending = pending
        self.version_id = 0
        self.seen: tuple[bytes, LineCounts | None] | None = None  # at the platform, of a content that was not known

    def prepare(self, db: Session, intent: Intent) -> Intent:
        existing_id = self._versions.record_existing(db, self._file, self._existing) if self._existing else None
        self.version_id = self._versions.create_pending(db, self._file, self._pending)
        before, after = {**intent.before, "version": existing_id}, {**intent.after, "version": self.version_id}
        return replace(intent, before=before, after=after)

    def attach(self, db: Session, change_id: int) -> None:
        self._versions.attach(db, self.version_id, change_id)

    def finish(self, db: Session, result: Result) -> None:
        if result is Result.REFUSED:
            self._versions.discard(db, self.version_id)
        if result is Result.APPLIED and self.seen:
            self._versions.complete(db, self.version_id, *self.seen)


class UploadClaim:
    """The upload that a content comes from: sent by one change only."""

    def __init__(self, uploads: PendingUploads, upload_id: str) -> None:
        self._uploads = uploads
        self._upload_id = upload_id
        self.is_ours = False

    def prepare(self, db: Session, intent: Intent) -> Intent | None:
        return None if self._uploads.is_claimed(db, self._upload_id) else intent

    def attach(self, db: Session, change_id: int) -> None:
        self._uploads.claim(db, self._upload_id, change_id)
        self.is_ours = True

    def finish(self, db: Session, result: Result) -> None:
        if result is Result.APPLIED:
            self._uploads.clear(db, self._upload_id)
