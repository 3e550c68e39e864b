"""Facts of the index about the devices of a group: details, people, since when they have a status."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.database import reading, snapshot
from app.portal.domain.refs import GroupRef
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson, StatusChange

_DEVICE_COLUMNS = (
    IndexedDevice.device_name,
    IndexedDevice.status,
    IndexedDevice.status_since,
    IndexedDevice.serial_number,
    IndexedDevice.physical_location,
    IndexedDevice.description,
    IndexedDevice.people_seen_at,
)
_PERSON_COLUMNS = (
    IndexedPerson.device_name,
    IndexedPerson.first_name,
    IndexedPerson.last_name,
    IndexedPerson.user_id,
    IndexedPerson.line_port,
    IndexedPerson.extension,
)


class PersonFacts(NamedTuple):
    """A person on a line: the name or, of what has none, its user id or line."""

    name: str
    extension: str


class StatusTurn(NamedTuple):
    """A device was seen as `from_status` at `last_seen_at`, and as `to_status` at `first_seen_at`.

    Of the first status that was seen, `from_status` is "" and `last_seen_at` None.
    """

    from_status: str
    to_status: str
    last_seen_at: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """None is what was not read yet. `people` are in the order of their lines; None too where nobody asked for them."""

    status: str
    status_since: float | None
    serial_number: str | None
    physical_location: str | None
    description: str | None
    people: Sequence[PersonFacts] | None
    last_turn: StatusTurn | None


class CustomFiles(NamedTuple):
    """The devices that have a custom config file, and of how many the files were read."""

    names: frozenset[str]
    read: int


class DeviceFactsReader:
    """Facts of one group at a time, in a few statements; the caller may see that group."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def revision(self, group: GroupRef) -> int | None:
        """Return another number once something is known that was not; None where nothing is known of the group."""
        statement = select(IndexedGroup.revision).filter_by(**asdict(group))
        with self._engine.connect() as connection:
            return connection.scalar(statement)

    def load(self, group: GroupRef, *, with_people: bool, with_turns: bool) -> Mapping[str, DeviceFacts]:
        """Return facts by the names of devices."""
        with snapshot(self._engine) as db:
            people = _load_people(db, group) if with_people else None
            turns = _load_last_turns(db, group) if with_turns else {}
            rows = db.execute(select(*_DEVICE_COLUMNS).filter_by(**asdict(group)))
            return {
                row.device_name: DeviceFacts(
                    status=row.status,
                    status_since=row.status_since,
                    serial_number=row.serial_number,
                    physical_location=row.physical_location,
                    description=row.description,
                    people=None if people is None or row.people_seen_at is None else people.get(row.device_name, ()),
                    last_turn=turns.get(row.device_name),
                )
                for row in rows
            }

    def load_custom_files(self, group: GroupRef) -> CustomFiles:
        is_read = IndexedDevice.custom_files.is_not(None)
        of_group = select(IndexedDevice.device_name).filter_by(**asdict(group))
        with snapshot(self._engine) as db:
            names = frozenset(db.scalars(of_group.where(IndexedDevice.custom_files > 0)))
            read = select(func.count()).select_from(IndexedDevice).filter_by(**asdict(group)).where(is_read)
            return CustomFiles(names, db.scalar(read) or 0)

    def load_turns(self, group: GroupRef, name: str, most: int) -> Sequence[StatusTurn]:
        """Return the last changes of a device's status, the newest first."""
        statement = select(*_TURN_COLUMNS).filter_by(**asdict(group), device_name=name)
        with reading(self._engine) as db:
            rows = db.execute(statement.order_by(StatusChange.id.desc()).limit(most))
            return [_to_turn(row) for row in rows]


_TURN_COLUMNS = (
    StatusChange.from_status,
    StatusChange.to_status,
    StatusChange.last_seen_at,
    StatusChange.first_seen_at,
)


def _load_people(db: Session, group: GroupRef) -> Mapping[str, Sequence[PersonFacts]]:
    statement = select(*_PERSON_COLUMNS).filter_by(**asdict(group))
    by_device: defaultdict[str, list[PersonFacts]] = defaultdict(list)
    for row in db.execute(statement.order_by(IndexedPerson.port.is_(None), IndexedPerson.port, IndexedPerson.id)):
        name = f"{row.first_name} {row.last_name}".strip() or row.user_id or row.line_port
        by_device[row.device_name].append(PersonFacts(name, row.extension))
    return by_device


def _load_last_turns(db: Session, group: GroupRef) -> Mapping[str, StatusTurn]:
    newest: Any = select(func.max(StatusChange.id)).filter_by(**asdict(group)).group_by(StatusChange.device_name)
    statement = select(StatusChange.device_name, *_TURN_COLUMNS).where(StatusChange.id.in_(newest))
    return {row.device_name: _to_turn(row) for row in db.execute(statement)}


def _to_turn(row: Any) -> StatusTurn:
    last_seen = None if row.last_seen_at is None else datetime.fromtimestamp(row.last_seen_at, UTC)
    return StatusTurn(row.from_status, row.to_status, last_seen, datetime.fromtimestamp(row.first_seen_at, UTC))
