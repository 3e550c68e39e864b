"""Facts of a group that the index has beside the list of its devices."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, func, select

from app.database import reading
from app.portal.domain.refs import GroupRef
from app.portal.store.index.status_times import StatusTime, StatusTimes
from app.portal.store.index.tables import IndexedDevice, IndexedGroup

_MOST_GROUPS = 256  # whose facts are kept
_STATE = select(IndexedGroup.name, IndexedGroup.revision).where(
    IndexedGroup.tenant_id == bindparam("tenant_id"), IndexedGroup.group_id == bindparam("group_id")
)


class CustomFileCount(NamedTuple):
    """`files` are custom ones, on so many `devices`; `read` is of how many devices the files were read."""

    files: int
    devices: int
    read: int


@dataclass(frozen=True)
class GroupFacts:
    """`name` is "" before a directory showed one. `longest` are devices that have a status for longest."""

    name: str
    custom_files: CustomFileCount
    longest: Sequence[StatusTime]


NOTHING = GroupFacts("", CustomFileCount(0, 0, 0), ())


class GroupFactsReader:
    """Keeps what it read of a group until something of the group changes.

    `longest` are at most so many devices with this `status`.
    """

    def __init__(self, engine: Engine, status: str, most: int) -> None:
        self._engine = engine
        self._times = StatusTimes(engine)
        self._status = status
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[GroupRef, tuple[tuple[str, int], GroupFacts]] = OrderedDict()

    def load(self, group: GroupRef) -> GroupFacts:
        with self._engine.connect() as connection:
            row = connection.execute(_STATE, asdict(group)).first()
        if row is None:
            return NOTHING
        state = (row.name, row.revision)
        with self._lock:
            kept = self._kept.get(group)
        if kept and kept[0] == state:
            return kept[1]
        facts = GroupFacts(
            row.name, self._count_custom_files(group), self._times.load_longest(group, self._status, self._most)
        )
        with self._lock:
            self._kept[group] = state, facts
            self._kept.move_to_end(group)
            if len(self._kept) > _MOST_GROUPS:
                self._kept.popitem(last=False)
        return facts

    def _count_custom_files(self, group: GroupRef) -> CustomFileCount:
        has_custom = IndexedDevice.custom_files > 0
        columns = (
            func.sum(IndexedDevice.custom_files),
            func.count().filter(has_custom),
            func.count(IndexedDevice.custom_files),
        )
        with reading(self._engine) as db:
            files, devices, read = db.execute(select(*columns).filter_by(**asdict(group))).one()
            return CustomFileCount(files or 0, devices, read)
