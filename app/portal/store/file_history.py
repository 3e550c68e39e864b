"""What the history tells of the versions of a file: what became of each, and which are of another device."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from app.portal.domain.audit import Action, Result
from app.portal.domain.files import Told
from app.portal.domain.refs import FileRef
from app.portal.store.audit import with_last_outcome
from app.portal.store.tables import Change, Outcome

_UNDONE = (Result.REFUSED, Result.NOT_APPLIED)


def results(db: Session, file: FileRef) -> Mapping[int, Result]:
    """Of each version that the history names as sent: its last word, or UNKNOWN."""
    return {
        change.after["version"]: Result(last.outcome if last else Result.UNKNOWN)
        for change, last in db.execute(_sent(file))
        if "version" in change.after
    }


def told(db: Session, file: FileRef, version_id: int) -> Told | None:
    """Of one version, kept or not; None for what came to nothing, or never was one."""
    for change, last in db.execute(_sent(file)):
        if change.after.get("file_format") != file.file_format:
            continue
        if change.before.get("version") == version_id:
            return Told(change.username, change.at, was_found=True)
        if change.after.get("version") == version_id and not (last and last.outcome in _UNDONE):
            return Told(change.username, change.at, was_found=False)
    return None


def device_began(db: Session, file: FileRef, *, surely: bool = False) -> datetime | None:
    """When the device was last made or deleted through the portal, or may have been."""
    came_about = exists().where(Outcome.change_id == Change.id, Outcome.outcome == Result.APPLIED)
    undone = exists().where(Outcome.change_id == Change.id, Outcome.outcome.in_(_UNDONE))
    began = (
        select(func.max(Change.at))
        .where(Change.tenant_id == file.group.tenant_id, Change.group_id == file.group.group_id)
        .where(Change.device_name == file.device_name, Change.action.in_((Action.CREATE, Action.DELETE)))
    )
    return db.scalar(began.where(came_about if surely else ~undone))


def _sent(file: FileRef) -> Select[Change, Outcome | None]:
    """What was sent to any file of the device."""
    return (
        with_last_outcome()
        .where(Change.tenant_id == file.group.tenant_id, Change.group_id == file.group.group_id)
        .where(Change.device_name == file.device_name, Change.action == Action.FILE)
        .order_by(Change.id)
    )
