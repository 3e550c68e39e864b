"""Deleting from the index what no reading has shown for a long time."""

from dataclasses import asdict

from sqlalchemy import Engine, and_, delete, exists, func, select, union

from app.database import reading, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.index.rounds import RoundTarget
from app.portal.store.index.rows import delete_devices
from app.portal.store.index.tables import IndexedCount, IndexedDevice, IndexedGroup, IndexState, StatusChange

_AT_A_TIME = 200  # devices; others write in between
_DAY = 86_400.0  # seconds


def prune_index(engine: Engine, clock: DatabaseClock, days: int) -> None:
    """Delete devices and groups that were last seen longer ago, and changes of status; with 0 days, everything."""
    with reading(engine) as db:
        before = clock.read(db) - days * _DAY
    while _delete_devices(engine, before):
        pass
    with writing(engine) as db:
        db.execute(delete(StatusChange).where(StatusChange.first_seen_at < before))
        for row in db.scalars(select(IndexedGroup).where(IndexedGroup.devices_seen_at < before)).all():
            for table in (IndexedCount, IndexedGroup):
                db.execute(delete(table).filter_by(tenant_id=row.tenant_id, group_id=row.group_id))


def clear_index(engine: Engine) -> None:
    """Delete everything, group by group, and how far the rounds have come."""
    with reading(engine) as db:
        rows = [select(table.tenant_id, table.group_id) for table in (IndexedGroup, IndexedDevice, StatusChange)]
        groups = [GroupRef(*row) for row in db.execute(union(*rows))]
    for group in groups:
        with writing(engine) as db:
            delete_devices(db, group)
            for table in (IndexedCount, IndexedGroup):
                db.execute(delete(table).filter_by(**asdict(group)))
    with writing(engine) as db:
        db.execute(delete(RoundTarget))
        db.execute(delete(IndexState))


def _delete_devices(engine: Engine, before: float) -> bool:
    """Delete some that are old. Return False where there is none."""
    was_listed = exists().where(
        IndexedGroup.tenant_id == IndexedDevice.tenant_id,
        IndexedGroup.group_id == IndexedDevice.group_id,
        IndexedGroup.devices_seen_at >= before,
    )
    last_seen = func.coalesce(IndexedDevice.detail_seen_at, 0.0)
    is_old = and_(IndexedDevice.seen_at < before, last_seen < before, ~was_listed)
    with reading(engine) as db:
        rows = db.scalars(select(IndexedDevice).where(is_old).limit(_AT_A_TIME)).all()
    with writing(engine) as db:
        for row in rows:
            delete_devices(db, GroupRef(row.tenant_id, row.group_id), [row.device_name])
    return bool(rows)
