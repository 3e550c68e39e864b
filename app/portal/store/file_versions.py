"""Every content of a file that the portal sent, and what it replaced where the backend could show that."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.database import acquire_locks, reading, writing
from app.portal.domain.audit import Result
from app.portal.domain.files import FileVersion, LineCounts, Origin, Told, digest
from app.portal.domain.refs import FileRef
from app.portal.store.file_history import device_began, told
from app.portal.store.file_history import results as results_of
from app.portal.store.tables import FileVersionRow, StoredContent

_LOCK = "portal_file_versions"
_A_WHILE = timedelta(minutes=10)  # longer than anybody takes from noting a version to noting the intent to send it


class FileVersions:
    """`most` versions of a file are kept, for `longest`; what is live, or may be, stays in any case."""

    def __init__(self, engine: Engine, most: int, longest: timedelta) -> None:
        self._engine = engine
        self._most = most
        self._longest = longest

    def found(self, file: FileRef, source: str, content: bytes, username: str, now: datetime) -> int:
        """The id of this device's newest version if it is this content, or else of a new one that was there before."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), _LOCK)
            began = device_began(db, file)
            for newest, _, name in db.execute(_listed(file).where(FileVersionRow.applied).limit(1)):
                is_its_own = began is None or newest.at > began
                if is_its_own and (newest.source, name) == (source, digest(content)):
                    return newest.id
            return self._add(db, file, Origin.BEFORE, "", source, content, username, now, applied=True)

    def intend(
        self,
        file: FileRef,
        origin: str,
        detail: str,
        source: str,
        content: bytes | None,
        username: str,
        now: datetime,
        lines: LineCounts | None = None,
    ) -> int:
        """The id of a new version that is about to be sent; the history will tell what became of it."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), _LOCK)
            self._tidy(db, file, now)
            return self._add(
                db, file, Origin(origin), detail, source, content, username, now, applied=False, lines=lines
            )

    def arrived(self, version_id: int, content: bytes | None, lines: LineCounts | None = None) -> None:
        """It is at the platform; `content` and `lines` fill what was not known before."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), _LOCK)
            values: dict[str, object] = {"applied": True}
            if content is not None:
                values["content_id"] = self._content_id(db, content)
            if lines is not None:
                values["lines_out"], values["lines_in"] = lines
            db.execute(update(FileVersionRow).where(FileVersionRow.id == version_id).values(values))

    def drop(self, version_id: int) -> None:
        """It never came to anything."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), _LOCK)
            db.execute(delete(FileVersionRow).where(FileVersionRow.id == version_id, ~FileVersionRow.applied))
            _forget_contents(db)

    def of(self, file: FileRef) -> Sequence[FileVersion]:
        """Newest first; without those that the history knows to have come to nothing."""
        with reading(self._engine) as db:
            rows = db.execute(_listed(file)).all()
            results = {} if all(row.applied for row, _, _ in rows) else results_of(db, file)
            began = device_began(db, file, surely=True)
        versions = (_version(row, size, name, results, began) for row, size, name in rows)
        return [version for version in versions if version is not None]

    def of_this_device(self, file: FileRef) -> Sequence[FileVersion]:
        """The same without those that may be of another device of its name."""
        with reading(self._engine) as db:
            began = device_began(db, file)
        return [version for version in self.of(file) if began is None or version.at > began]

    def last_sent(self, file: FileRef, source: str) -> FileVersion | None:
        """The newest version that arrived, as far as it can be what is there now under this source.

        For backends that show no content: a file that was changed past the portal since looks the same.
        """
        arrived = (version for version in self.of_this_device(file) if version.result is Result.APPLIED)
        newest = next(arrived, None)
        return newest if newest and newest.sha256 and newest.source == source else None

    def told(self, file: FileRef, version_id: int) -> Told | None:
        """What the history tells of a version that may be kept no longer."""
        with reading(self._engine) as db:
            return told(db, file, version_id)

    def content(self, file: FileRef, version_id: int) -> bytes | None:
        """None where the version has none that can be read: not known, or no key opens it."""
        statement = (
            select(StoredContent.content)
            .join(FileVersionRow, FileVersionRow.content_id == StoredContent.id)
            .where(_is_of(file), FileVersionRow.id == version_id)
        )
        with reading(self._engine) as db:
            return db.scalar(statement)

    def _add(
        self,
        db: Session,
        file: FileRef,
        origin: Origin,
        detail: str,
        source: str,
        content: bytes | None,
        username: str,
        now: datetime,
        *,
        applied: bool,
        lines: LineCounts | None = None,
    ) -> int:
        highest = db.scalar(select(func.max(FileVersionRow.number)).where(_is_of(file)))
        row = FileVersionRow(
            tenant_id=file.group.tenant_id,
            group_id=file.group.group_id,
            device_name=file.device_name,
            file_format=file.file_format,
            number=(highest or 0) + 1,
            at=now,
            username=username,
            origin=origin,
            detail=detail,
            source=source,
            content_id=None if content is None else self._content_id(db, content),
            applied=applied,
            lines_out=lines and lines[0],
            lines_in=lines and lines[1],
        )
        db.add(row)
        db.flush()
        return row.id

    def _content_id(self, db: Session, content: bytes) -> int:
        name = digest(content)
        known = db.scalar(select(StoredContent.id).where(StoredContent.sha256 == name))
        if known is not None:
            return known
        row = StoredContent(sha256=name, size=len(content), content=content)
        db.add(row)
        db.flush()
        return row.id

    def _tidy(self, db: Session, file: FileRef, now: datetime) -> None:
        """Drop what is too old of all files, and too much of this one; from the newest live version on, nothing."""
        came_to_nothing = _reconcile(db, file, now)
        live, other = aliased(FileVersionRow), aliased(FileVersionRow)
        newest_live = select(func.max(live.id)).where(_same_file(live, FileVersionRow), live.applied).scalar_subquery()
        past = FileVersionRow.id < newest_live
        too_old = and_(FileVersionRow.at < now - self._longest, past)
        newer = select(func.count()).where(_same_file(other, FileVersionRow), other.id > FileVersionRow.id)
        too_many = and_(_is_of(file), past, newer.scalar_subquery() >= self._most - 1)  # one more is about to come
        ids = db.scalars(select(FileVersionRow.id).where(or_(too_old, too_many))).all()
        ids = [*ids, *came_to_nothing]
        if ids:
            db.execute(delete(FileVersionRow).where(FileVersionRow.id.in_(ids)))
            _forget_contents(db)


def _is_of(file: FileRef) -> ColumnElement[bool]:
    return and_(
        FileVersionRow.tenant_id == file.group.tenant_id,
        FileVersionRow.group_id == file.group.group_id,
        FileVersionRow.device_name == file.device_name,
        FileVersionRow.file_format == file.file_format,
    )


def _same_file(one: type[FileVersionRow], other: type[FileVersionRow]) -> ColumnElement[bool]:
    names = ("tenant_id", "group_id", "device_name", "file_format")
    return and_(*(getattr(one, name) == getattr(other, name) for name in names))


def _listed(file: FileRef) -> Select[FileVersionRow, int | None, str | None]:
    return (
        select(FileVersionRow, StoredContent.size, StoredContent.sha256)
        .outerjoin(StoredContent, StoredContent.id == FileVersionRow.content_id)
        .where(_is_of(file))
        .order_by(FileVersionRow.number.desc())
    )


def _version(
    version: FileVersionRow, size: int | None, name: str | None, results: Mapping[int, Result], began: datetime | None
) -> FileVersion | None:
    # What the history does not name was not meant yet, or never: it ended between the two.
    result = Result.APPLIED if version.applied else results.get(version.id)
    if result not in {Result.APPLIED, Result.UNKNOWN}:
        return None
    return FileVersion(
        id=version.id,
        number=version.number,
        at=version.at,
        username=version.username,
        origin=Origin(version.origin),
        detail=version.detail,
        source=version.source,
        size=size,
        sha256=name,
        lines=None if version.lines_out is None or version.lines_in is None else (version.lines_out, version.lines_in),
        result=result,
        is_former=began is not None and version.at <= began,
    )


def _reconcile(db: Session, file: FileRef, now: datetime) -> Sequence[int]:
    """Keep here what the history will one day forget: that a version arrived. The others that it knows came to nothing.

    So did one that it does not know: its process ended before it noted what it meant to do.
    """
    left_behind = (_is_of(file), ~FileVersionRow.applied, FileVersionRow.at < now - _A_WHILE)
    open_ones = db.scalars(select(FileVersionRow.id).where(*left_behind)).all()
    results = results_of(db, file) if open_ones else {}
    arrived = [each for each in open_ones if results.get(each) is Result.APPLIED]
    if arrived:
        db.execute(update(FileVersionRow).where(FileVersionRow.id.in_(arrived)).values(applied=True))
    return [each for each in open_ones if results.get(each) not in {Result.APPLIED, Result.UNKNOWN}]


def _forget_contents(db: Session) -> None:
    used = select(FileVersionRow.content_id).where(FileVersionRow.content_id.is_not(None))
    db.execute(delete(StoredContent).where(StoredContent.id.not_in(used)))
