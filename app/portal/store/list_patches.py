"""Changes made through the portal, to be laid over the lists that were read before them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.portal.domain.audit import Intent, Result
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import bump
from app.portal.store.list_tables import CachedList, ListPatch


@dataclass(frozen=True)
class Patch:
    """`fields` are keys of a list's row with their new values; None: the device was deleted."""

    device_name: str
    fields: Mapping[str, Any] | None


class StaleList:
    """The part of a change that only the next reading of the list can show."""

    def __init__(self, group: GroupRef) -> None:
        self._group = group

    def prepare(self, db: Session, intent: Intent) -> Intent:
        return intent

    def attach(self, db: Session, change_id: int) -> None: ...

    def finish(self, db: Session, result: Result) -> None:
        if result is not Result.REFUSED:
            mark_stale(db, self._group)


class DevicePatch(StaleList):
    """The part of a change that shows in the list: `fields` of a row, None where the device is deleted.

    They are known before the call, and better after it. Where its outcome is unknown, the next reading shows it.
    """

    def __init__(self, group: GroupRef, device_name: str, fields: Mapping[str, Any] | None) -> None:
        super().__init__(group)
        self._device_name = device_name
        self.fields = fields

    def finish(self, db: Session, result: Result) -> None:
        if result is Result.APPLIED:
            add_patch(db, self._group, Patch(self._device_name, self.fields))
        else:
            super().finish(db, result)


def add_patch(db: Session, group: GroupRef, patch: Patch) -> None:
    if not db.scalar(select(exists().where(*_of(group)))):
        return  # there is no list to be patched
    db.execute(insert(ListPatch).values(**asdict(group), generation=bump(db, group), **asdict(patch)))


def mark_stale(db: Session, group: GroupRef) -> None:
    """Have the lists of a group read again soon: one that was read until now may lack a change."""
    db.execute(update(CachedList).where(*_of(group)).values(stale_generation=bump(db, group)))


def select_patches(db: Session, group: GroupRef, generation: int) -> Sequence[Patch]:
    """Return the patches of later generations, in their order."""
    statement = (
        select(ListPatch.device_name, ListPatch.fields)
        .filter_by(**asdict(group))
        .where(ListPatch.generation > generation)
        .order_by(ListPatch.generation)
    )
    return [Patch(name, fields) for name, fields in db.execute(statement)]


def drop_patches(db: Session, group: GroupRef) -> None:
    """Delete the patches that each list of the group was read after."""
    oldest = select(func.min(CachedList.generation)).where(*_of(group), CachedList.content.is_not(None))
    statement = delete(ListPatch).filter_by(**asdict(group)).where(ListPatch.generation <= oldest.scalar_subquery())
    db.execute(statement, execution_options={"synchronize_session": False})


def _of(group: GroupRef) -> Sequence[Any]:
    return CachedList.tenant_id == group.tenant_id, CachedList.group_id == group.group_id
