"""Finding devices by keys that a field of theirs, or of a person on them, equals; many keys at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Engine, Select, Text, and_, func, literal, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.database import reading
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.sequences import in_chunks
from app.portal.store.index.tables import IndexedDevice, IndexedPerson
from app.portal.store.scopes import is_within

_AT_ONCE = 500  # keys of a statement

KeyColumn = InstrumentedAttribute[str]

MAC, DEVICE_NAME, SERIAL = IndexedDevice.mac, IndexedDevice.name_key, IndexedDevice.serial_key
PERSON_NAME, USER, LINE = IndexedPerson.name_key, IndexedPerson.user_key, IndexedPerson.line_key
PHONE, EXTENSION = IndexedPerson.phone_key, IndexedPerson.extension


@dataclass(frozen=True)
class DeviceMatch:
    """A device of the index; of one that only a person's line names, the MAC and the status are ""."""

    group: GroupRef
    device_name: str
    mac: str
    status: str


class IndexLookup:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._has_lateral = engine.dialect.name == "postgresql"

    def find(
        self, key_column: KeyColumn, keys: Collection[str], scope: Scope, most: int
    ) -> Mapping[str, Sequence[DeviceMatch]]:
        """Return at most so many devices of each key."""
        matches: dict[str, list[DeviceMatch]] = defaultdict(list)
        # Over everything each key is looked for by itself: thousands of tenants have the same extensions.
        select_keys = _each if self._has_lateral and scope.tenant_id is None else _all
        for chunk in in_chunks(sorted(keys), _AT_ONCE):
            with reading(self._engine) as db:
                for key, *columns in db.execute(select_keys(key_column, chunk, scope, most)):
                    if len(matches[key]) < most:
                        matches[key].append(_to_match(*columns))
        return matches

    def load(self, refs: Sequence[tuple[GroupRef, str]]) -> Sequence[IndexedDevice]:
        """Return the devices of these groups and names that are in the index."""
        key = tuple_(IndexedDevice.tenant_id, IndexedDevice.group_id, IndexedDevice.device_name)
        rows: list[IndexedDevice] = []
        for chunk in in_chunks([(group.tenant_id, group.group_id, name) for group, name in refs], _AT_ONCE):
            with reading(self._engine) as db:
                rows += db.scalars(select(IndexedDevice).where(key.in_(chunk)))
        return rows


def _each(key_column: KeyColumn, keys: Sequence[str], scope: Scope, most: int) -> Select[Any]:
    wanted = func.unnest(literal(keys, ARRAY(Text))).table_valued("key", name="wanted").render_derived()
    of_key = _select(key_column).where(key_column == wanted.c.key, is_within(key_column.class_, scope)).limit(most)
    matches = of_key.lateral("matches")
    return select(wanted.c.key, *matches.c).join_from(wanted, matches, true())


def _all(key_column: KeyColumn, keys: Sequence[str], scope: Scope, _most: int) -> Select[Any]:
    statement = (
        _select(key_column).add_columns(key_column).where(key_column.in_(keys), is_within(key_column.class_, scope))
    )
    *columns, key = statement.selected_columns
    return statement.with_only_columns(key, *columns)


def _select(key_column: KeyColumn) -> Select[Any]:
    device: Any = IndexedDevice
    if key_column.class_ is IndexedDevice:
        return select(device.tenant_id, device.group_id, device.device_name, device.mac, device.status)
    person: Any = IndexedPerson
    names = ("tenant_id", "group_id", "device_name")
    is_own = and_(*(getattr(device, name) == getattr(person, name) for name in names))
    columns = [getattr(person, name) for name in names]
    return select(*columns, device.mac, device.status).select_from(person).outerjoin(device, is_own)


def _to_match(tenant_id: str, group_id: str, name: str, mac: str | None, status: str | None) -> DeviceMatch:
    return DeviceMatch(GroupRef(tenant_id, group_id), name, mac or "", status or "")
