"""Contents on their way through the check page, kept here so that no browser is trusted for them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select, update

from app.database import reading, writing
from app.portal.places import FilePlace
from app.portal.store.tables import UploadRow
from app.portal.store.vault import Vault

KEPT_FOR = timedelta(hours=1)
_MOST_OF_ONE_PERSON = 10


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What somebody means a file to become. `content` None: the type's default.

    `opened` and `opened_state` are the file as its person saw it; `taken`: it is being sent, or was.
    """

    origin: str
    detail: str
    content: bytes | None
    opened: bytes | None
    opened_state: str
    kept_at: datetime | None = None
    taken: bool = False


class Uploads:
    """A person's newest few, for an hour each."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def keep(self, username: str, file: FilePlace, upload: Upload, now: datetime) -> str:
        """Returns the id that finds it again."""
        upload_id = secrets.token_urlsafe(32)
        row = UploadRow(
            id=upload_id,
            username=username,
            tenant_id=file.place.tenant_id,
            group_id=file.place.group_id,
            device_name=file.device_name,
            file_format=file.file_format,
            origin=upload.origin,
            detail=upload.detail,
            content=self._sealed(upload.content),
            opened=self._sealed(upload.opened),
            opened_state=upload.opened_state,
            kept_at=now,
        )
        newest = (
            select(UploadRow.id)
            .where(UploadRow.username == username)
            .order_by(UploadRow.kept_at.desc(), UploadRow.id)
            .limit(_MOST_OF_ONE_PERSON - 1)
        )
        with writing(self._engine) as db:
            too_many = (UploadRow.username == username) & UploadRow.id.not_in(newest)
            db.execute(delete(UploadRow).where(or_(UploadRow.kept_at < now - KEPT_FOR, too_many)))
            db.add(row)
        return upload_id

    def find(self, upload_id: str, username: str, file: FilePlace, now: datetime) -> Upload | None:
        """For the same person and the same file only."""
        statement = select(UploadRow).where(
            UploadRow.id == upload_id,
            UploadRow.username == username,
            UploadRow.tenant_id == file.place.tenant_id,
            UploadRow.group_id == file.place.group_id,
            UploadRow.device_name == file.device_name,
            UploadRow.file_format == file.file_format,
            UploadRow.kept_at >= now - KEPT_FOR,
        )
        with reading(self._engine) as db:
            row = db.scalar(statement)
        if row is None:
            return None
        content = self._opened(row.content)
        if row.content is not None and content is None:
            return None
        return Upload(
            origin=row.origin,
            detail=row.detail,
            content=content,
            opened=self._opened(row.opened),
            opened_state=row.opened_state,
            kept_at=row.kept_at,
            taken=row.taken_at is not None,
        )

    def take(self, upload_id: str, now: datetime) -> bool:
        """Whether this is the first to take it since it was kept or given back; of many at once, one is."""
        first = update(UploadRow).where(UploadRow.id == upload_id, UploadRow.taken_at.is_(None)).values(taken_at=now)
        with writing(self._engine) as db:
            return db.execute(first.returning(UploadRow.id)).first() is not None

    def give_back(self, upload_id: str) -> None:
        with writing(self._engine) as db:
            db.execute(update(UploadRow).where(UploadRow.id == upload_id).values(taken_at=None))

    def empty(self, upload_id: str) -> None:
        """Forget the content of one that was sent; that it was, is known for the rest of its hour."""
        with writing(self._engine) as db:
            db.execute(update(UploadRow).where(UploadRow.id == upload_id).values(content=None, opened=None))

    def _sealed(self, content: bytes | None) -> bytes | None:
        return None if content is None else self._vault.seal_bytes(content)

    def _opened(self, sealed: bytes | None) -> bytes | None:
        return None if sealed is None else self._vault.open_bytes(sealed)
