"""Versions of config files: each content that the portal sent, and what it replaced if the backend could show it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Select, and_, case, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.database import acquire_locks, reading, snapshot
from app.portal.domain.audit import UNDONE, Action, Result
from app.portal.domain.files import FileVersion, LineCounts, NewVersion, Origin, VersionRecord, digest
from app.portal.domain.refs import FileRef
from app.portal.store.audit import last_result
from app.portal.store.file_tables import FileVersionRow, StoredContent
from app.portal.store.tables import Change


class FileVersions:
    """Keeps `most` versions of a file, for `longest`; the live version, or what may be it, always stays.

    A method that takes a session is a step of its caller's transaction.
    """

    def __init__(self, engine: Engine, most: int, longest: timedelta) -> None:
        self._engine = engine
        self._most = most
        self._longest = longest

    def record_existing(self, db: Session, file: FileRef, existing: NewVersion) -> int:
        """Return the id of this device's newest version if it has this content, or else of a new one."""
        _lock(db)
        began = _device_began(db, file)
        sha256 = None if existing.content is None else digest(existing.content)
        for newest, _, newest_sha256, *_ in db.execute(_listed(file).where(_RESULT == Result.APPLIED).limit(1)):
            is_its_own = began is None or newest.at > began
            if is_its_own and (newest.source, newest_sha256) == (existing.source, sha256):
                return newest.id
        return _add(db, file, existing)

    def create_pending(self, db: Session, file: FileRef, pending: NewVersion) -> int:
        """Return the id of a new version that is about to be sent; call `attach` once its change is written."""
        _lock(db)
        self._prune(db, file, pending.at)
        return _add(db, file, pending)

    def attach(self, db: Session, version_id: int, change_id: int) -> None:
        db.execute(update(FileVersionRow).where(FileVersionRow.id == version_id).values(change_id=change_id))

    def complete(self, db: Session, version_id: int, content: bytes, lines: LineCounts | None) -> None:
        """Store the content and line counts that were only known once the file was sent."""
        _lock(db)
        lines_out, lines_in = lines or (None, None)
        values = {"content_id": _content_id(db, content), "lines_out": lines_out, "lines_in": lines_in}
        db.execute(update(FileVersionRow).where(FileVersionRow.id == version_id).values(values))

    def discard(self, db: Session, version_id: int) -> None:
        _lock(db)
        _delete(db, [version_id])

    def list_versions(self, file: FileRef) -> Sequence[FileVersion]:
        """Return the versions that are or may be applied, newest first."""
        with snapshot(self._engine) as db:
            began = _device_began(db, file, surely=True)
            return [_version(*row, began) for row in db.execute(_listed(file).where(_RESULT.not_in(UNDONE)))]

    def list_current_device_versions(self, file: FileRef) -> Sequence[FileVersion]:
        """Return the same without versions that may belong to a previous device of the name."""
        with reading(self._engine) as db:
            began = _device_began(db, file)
        return [version for version in self.list_versions(file) if began is None or version.at > began]

    def last_sent(self, file: FileRef, source: str) -> FileVersion | None:
        """Return the newest applied version, if the file still has its source; None where that is not known.

        For backends that show no content: a file that was changed outside the portal since looks the same.
        """
        arrived = (version for version in self.list_current_device_versions(file) if version.result is Result.APPLIED)
        newest = next(arrived, None)
        return newest if newest and newest.sha256 and newest.source == source else None

    def describe(self, file: FileRef, version_id: int) -> VersionRecord | None:
        """Return what the audit log tells of a version, kept or not; None for what was not applied or never existed."""
        statement = (
            select(Change, last_result(Change.id))
            .filter_by(**asdict(file.group), device_name=file.device_name, action=Action.FILE)
            .order_by(Change.id)
        )
        with reading(self._engine) as db:
            for change, result in db.execute(statement):
                if change.after.get("file_format") != file.file_format:
                    continue
                if change.before.get("version") == version_id:
                    return VersionRecord(change.username, change.at, is_pre_existing=True)
                if change.after.get("version") == version_id and result not in UNDONE:
                    return VersionRecord(change.username, change.at, is_pre_existing=False)
        return None

    def content(self, file: FileRef, version_id: int) -> bytes | None:
        """Return None if the content is not known, or no key decrypts it."""
        statement = (
            select(StoredContent.content)
            .join(FileVersionRow, FileVersionRow.content_id == StoredContent.id)
            .where(_is_of(file), FileVersionRow.id == version_id)
        )
        with reading(self._engine) as db:
            return db.scalar(statement)

    def _prune(self, db: Session, file: FileRef, now: datetime) -> None:
        """Delete versions of all files that are too old, and of this file those too many or not applied.

        The newest applied version and all after it stay.
        """
        live, other = aliased(FileVersionRow), aliased(FileVersionRow)
        is_live = _result(live) == Result.APPLIED
        newest_live = select(func.max(live.id)).where(_same_file(live, FileVersionRow), is_live).scalar_subquery()
        past = FileVersionRow.id < newest_live
        too_old = and_(FileVersionRow.at < now - self._longest, past)
        newer = select(func.count()).where(_same_file(other, FileVersionRow), other.id > FileVersionRow.id)
        too_many = and_(past, newer.scalar_subquery() >= self._most - 1)  # one more is about to come
        too_much = and_(_is_of(file), or_(too_many, _RESULT.in_(UNDONE)))
        _delete(db, db.scalars(select(FileVersionRow.id).where(or_(too_old, too_much))).all())


def _result(version: type[FileVersionRow]) -> ColumnElement[str]:
    return case((version.change_id.is_(None), Result.APPLIED), else_=last_result(version.change_id))


_RESULT = _result(FileVersionRow)


def _lock(db: Session) -> None:
    acquire_locks(db.connection(), "portal_file_versions")


def _add(db: Session, file: FileRef, new: NewVersion) -> int:
    lines_out, lines_in = new.lines or (None, None)
    row = FileVersionRow(
        **file.columns,
        number=(db.scalar(select(func.max(FileVersionRow.number)).where(_is_of(file))) or 0) + 1,
        at=new.at,
        username=new.username,
        origin=new.origin,
        detail=new.detail,
        source=new.source,
        content_id=None if new.content is None else _content_id(db, new.content),
        lines_out=lines_out,
        lines_in=lines_in,
    )
    db.add(row)
    db.flush()
    return row.id


def _content_id(db: Session, content: bytes) -> int:
    sha256 = digest(content)
    known = db.scalar(select(StoredContent.id).where(StoredContent.sha256 == sha256))
    if known is not None:
        return known
    row = StoredContent(sha256=sha256, size=len(content), content=content)
    db.add(row)
    db.flush()
    return row.id


def _delete(db: Session, version_ids: Sequence[int]) -> None:
    """Delete versions, and the contents that no other version has."""
    if version_ids:
        db.execute(delete(FileVersionRow).where(FileVersionRow.id.in_(version_ids)))
        used = select(FileVersionRow.content_id).where(FileVersionRow.content_id.is_not(None))
        db.execute(delete(StoredContent).where(StoredContent.id.not_in(used)))


def _device_began(db: Session, file: FileRef, *, surely: bool = False) -> datetime | None:
    """Return when the device was last created or deleted through the portal, or may have been."""
    result = last_result(Change.id)
    began = (
        select(func.max(Change.at))
        .where(Change.tenant_id == file.group.tenant_id, Change.group_id == file.group.group_id)
        .where(Change.device_name == file.device_name, Change.action.in_((Action.CREATE, Action.DELETE)))
    )
    return db.scalar(began.where(result == Result.APPLIED if surely else result.not_in(UNDONE)))


def _is_of(file: FileRef) -> ColumnElement[bool]:
    return and_(*(getattr(FileVersionRow, name) == value for name, value in file.columns.items()))


def _same_file(left: type[FileVersionRow], right: type[FileVersionRow]) -> ColumnElement[bool]:
    names = ("tenant_id", "group_id", "device_name", "file_format")
    return and_(*(getattr(left, name) == getattr(right, name) for name in names))


def _listed(file: FileRef) -> Select[FileVersionRow, int | None, str | None, str, str | None]:
    return (
        select(FileVersionRow, StoredContent.size, StoredContent.sha256, _RESULT, Change.note)
        .outerjoin(StoredContent, StoredContent.id == FileVersionRow.content_id)
        .outerjoin(Change, Change.id == FileVersionRow.change_id)
        .where(_is_of(file))
        .order_by(FileVersionRow.number.desc())
    )


def _version(
    row: FileVersionRow, size: int | None, sha256: str | None, result: str, note: str | None, began: datetime | None
) -> FileVersion:
    return FileVersion(
        id=row.id,
        number=row.number,
        at=row.at,
        username=row.username,
        origin=Origin(row.origin),
        detail=row.detail,
        source=row.source,
        size=size,
        sha256=sha256,
        lines=None if row.lines_out is None or row.lines_in is None else (row.lines_out, row.lines_in),
        result=Result(result),
        note=note or "",
        belongs_to_previous_device=began is not None and row.at <= began,
    )
