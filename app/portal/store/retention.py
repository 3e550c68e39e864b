"""Retention of the audit log: the only place where an entry is deleted."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, exists, select
from sqlalchemy.orm import aliased

from app.database import reading, writing
from app.portal.domain.audit import NOWHERE, WRITES, Action, Actor, Intent, Reason, Result, by_itself
from app.portal.store.audit import AuditLog, last_result
from app.portal.store.audit_queue import AuditQueue, AuditQueueRow
from app.portal.store.file_tables import FileVersionRow
from app.portal.store.open_changes import is_open
from app.portal.store.reboots import waits_for_reboot
from app.portal.store.tables import Change, Outcome

THE_PORTAL = by_itself("the portal")
_QUEUED_FOR = timedelta(days=1)  # where nothing is exported
_AT_A_TIME = 500  # others write in between
_DEVICE = ("tenant_id", "group_id", "device_name")


def prune(engine: Engine, days: int, actor: Actor, now: datetime, *, is_exported: bool) -> int:
    """Delete entries older than so many days (0: none), record that, and return how many were deleted.

    These stay: an open change and all later ones of its device, which tell how to read the device; a change whose
    reboot is pending; one that alone tells of a stored version whether it was applied, or that it
    belongs to a previous device of the name; and one that waits to be exported.

    The database lets nobody delete an entry but while the entry of the pruning has no outcome (migration 0024).
    """
    if not is_exported:
        AuditQueue(engine).remove_before(now - _QUEUED_FOR)
    before = now - timedelta(days=days)
    if not days or not _find_old(engine, before, 1):
        return 0
    audit_log = AuditLog(engine)
    intent = Intent(Action.PRUNE, NOWHERE, "", before={}, after={"before": f"{before:%Y-%m-%d %H:%M} UTC"})
    begun = audit_log.begin(intent, actor, now)
    dropped = 0
    while ids := _find_old(engine, before, _AT_A_TIME):
        with writing(engine) as db:
            db.execute(delete(Outcome).where(Outcome.change_id.in_(ids)))
            db.execute(delete(Change).where(Change.id.in_(ids)))
        dropped += len(ids)
    audit_log.finish(begun, now, Result.APPLIED, Reason.ENTRIES_DROPPED, count=dropped)
    return dropped


def _find_old(engine: Engine, before: datetime, most: int) -> list[int]:
    earlier = aliased(Change)
    after_an_open_one = exists().where(
        (earlier.tenant_id == Change.tenant_id) & (earlier.group_id == Change.group_id),
        (earlier.device_name == Change.device_name) & (earlier.id < Change.id),
        earlier.action.in_(WRITES),
        is_open(earlier),
    )
    parts_versions = exists().where(
        *(getattr(Change, name) == getattr(FileVersionRow, name) for name in _DEVICE),
        Change.action.in_((Action.CREATE, Action.DELETE)) & (FileVersionRow.at <= Change.at),
    )
    # A version that is known to be applied needs no entry.
    tells_of_version = exists().where(
        FileVersionRow.change_id == Change.id, last_result(FileVersionRow.change_id) != Result.APPLIED
    )
    is_queued = exists().where(AuditQueueRow.change_id == Change.id)
    statement = (
        select(Change.id)
        .where(Change.at < before, ~parts_versions.correlate(Change), ~tells_of_version.correlate(Change))
        .where(~is_queued.correlate(Change))
        .where(~is_open(), ~waits_for_reboot(), ~after_an_open_one.correlate(Change))
        .order_by(Change.id)
        .limit(most)
    )
    with reading(engine) as db:
        return list(db.scalars(statement))
