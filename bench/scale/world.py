"""The platform of the measurement: its devices in both databases, and the accounts of the people."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, time
from typing import Any, NamedTuple

from sqlalchemy import Engine, delete, insert, select, text, update

from app.database import connect, upgrade, writing
from app.password_hashing import LimitedHasher
from app.portal.domain.firmware import count_older
from app.portal.domain.jobs import ACTIVE, UNFINISHED, ItemState, JobState
from app.portal.domain.refs import GroupRef
from app.portal.store.index.records import (
    PersonOnLine,
    columns_of,
    device_search_columns,
    group_text,
    person_search_columns,
)
from app.portal.store.index.tables import IndexedCount, IndexedDevice, IndexedGroup, IndexedPerson
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.schema import MIGRATIONS as PORTAL_MIGRATIONS
from app.reference_api import MIGRATIONS, VERSION_TABLE
from app.reference_api.phone_types import CATALOGUE
from app.reference_api.tables import AccessDevice, Group, Line, Tenant, UserAccount
from bench.bulk import without_indexes, write_rows
from bench.population import FIRST, LAST, make_device, make_person

PASSWORD = "of no use anywhere else"
JOB_OWNER = "job@scale.example"
SERVICE = "service@scale.example"
BASE = "DECT base"  # in the name of a device with several lines
_BASES = 10  # of so many devices one is a base
_BASE_LINES = 4
_BATCH = 2_000
_FILLED = "filled"


@dataclass(frozen=True)
class World:
    """`first_group` are the devices of the first group, the others share the rest."""

    devices: int
    groups: int
    tenants: int
    first_group: int

    def group(self, number: int) -> GroupRef:
        return GroupRef(f"tenant-{number % self.tenants:04}", f"site-{number // self.tenants}")

    def group_numbers(self, tenant: int) -> range:
        return range(tenant, self.groups, self.tenants)

    def devices_of(self, number: int) -> range:
        """Return the numbers of the devices of a group."""
        if number == 0:
            return range(self.first_group)
        rest, others = self.devices - self.first_group, max(self.groups - 1, 1)
        return range(*(self.first_group + rest * edge // others for edge in (number - 1, number)))


class Account(NamedTuple):
    """A person's account; `group` as the platform knows it, without what the account stands above."""

    username: str
    level: int
    tenant: str | None = None
    group: str | None = None


def account_of(world: World, person: int) -> tuple[Account, list[GroupRef]]:
    """Return an account and groups that it reaches: of 20 people one is a system admin, three are tenant admins."""
    name, place = f"person{person:03}@scale.example", 1 + person // 2 * 7919 % (world.groups - 1)
    group, kind = world.group(place), person % 20
    if kind == 0:
        return Account(name, 16), [world.group(number) for number in range(1, world.groups)]
    if kind in {5, 10, 15}:
        return Account(name, 12, group.tenant_id), [
            world.group(number) for number in world.group_numbers(place % world.tenants)
        ]
    return Account(name, 8, group.tenant_id, group.group_id), [group]


def prepare(world: World, portal_url: str, platform_url: str, folder: Path) -> None:
    """Make both databases, fill them if that was not done yet, and write the accounts that do not depend on people."""
    portal, platform = connect(portal_url), connect(platform_url)
    upgrade(portal, PORTAL_MIGRATIONS, "portal_alembic")
    upgrade(platform, MIGRATIONS, VERSION_TABLE)
    filled = folder / _FILLED
    if not filled.exists():
        began = perf_counter()
        _fill(world, portal, platform)
        filled.write_text(repr(world))
        print(f"both databases filled in {perf_counter() - began:.0f} s", flush=True)
    assert filled.read_text() == repr(world), f"{folder} holds {filled.read_text()}"
    portal.dispose()
    platform.dispose()


def write_accounts(world: World, platform: Engine, people: int) -> None:
    password_hash, first = LimitedHasher().hash(PASSWORD), world.group(0)
    accounts = [Account(JOB_OWNER, 8, *asdict(first).values()), Account(SERVICE, 16)]
    accounts += [account_of(world, person)[0] for person in range(people)]
    with writing(platform) as db:
        db.execute(delete(UserAccount))
        rows = [
            {"username": name, "level": level, "tenant_id": tenant, "group_id": group, "password_hash": password_hash}
            for name, level, tenant, group in accounts
        ]
        db.execute(insert(UserAccount), rows)


def end_jobs(portal: Engine) -> None:
    """End what a run that was cut off has left: it would go on beside the next one."""
    with writing(portal) as db:
        db.execute(update(JobItem).where(JobItem.state.in_(UNFINISHED)).values(state=ItemState.CANCELLED, owner=None))
        db.execute(update(Job).where(Job.state.in_(ACTIVE)).values(state=JobState.CANCELLED))


def _fill(world: World, portal: Engine, platform: Engine) -> None:
    now = time()
    with writing(platform) as db:
        names = [f"tenant-{tenant:04}" for tenant in range(world.tenants)]
        db.execute(insert(Tenant), [{"tenant_id": name, "name": name.title()} for name in names])
        groups = [{"id": n + 1, **asdict(world.group(n)), "group_name": f"Site {n}"} for n in range(world.groups)]
        db.execute(insert(Group), groups)
    with writing(portal) as db:
        rows = [_index_group(GroupRef(name, ""), name.title(), "", now) for name in names]
        db.execute(insert(IndexedGroup), rows)
    tables = (AccessDevice, Line)
    with without_indexes(portal, IndexedDevice, IndexedPerson), without_indexes(platform, *tables):
        batch = _Batch(portal, platform, now)
        for number in range(world.groups):
            batch.add_group(world, number)
        batch.write()
    with writing(platform) as db:
        db.execute(text("SELECT setval('api_access_devices_id_seq', :last)"), {"last": world.devices})
    for engine in (portal, platform):
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")


class _Batch:
    """Rows of both databases, written some thousand at a time."""

    def __init__(self, portal: Engine, platform: Engine, now: float) -> None:
        self._random = random.Random(7)  # noqa: S311 - the same data each time
        self._portal = portal
        self._platform = platform
        self._now = now
        self._rows: dict[type[Any], list[dict[str, Any]]] = {}

    def add_group(self, world: World, number: int) -> None:
        group, counts = world.group(number), Counter[tuple[str, str, str]]()
        for device in world.devices_of(number):
            values = self._add_device(group, number, device, number % world.tenants)
            counts[values["device_type"], values["version"], values["status"]] += 1
        row = _index_group(group, group.tenant_id.title(), f"Site {number}", self._now)
        versions = Counter[tuple[str, str]]()
        for (device_type, version, _), count in counts.items():
            versions[device_type, version] += count
        problems = sum(count for (_, _, status), count in counts.items() if status != "Online")
        sums = {"devices": counts.total(), "problems": problems, "older": count_older(versions)}
        self._add(IndexedGroup, row | sums)
        for (device_type, version, status), count in counts.items():
            key = {**asdict(group), "device_type": device_type, "version": version, "status": status}
            self._add(IndexedCount, {**key, "devices": count})
        if len(self._rows[IndexedGroup]) >= _BATCH / 10 or len(self._rows.get(AccessDevice, ())) >= _BATCH:
            self.write()

    def _add_device(self, group: GroupRef, number: int, device: int, tenant: int) -> dict[str, Any]:
        values, person = make_device(self._random, device, tenant)
        people = [person]
        if device % _BASES == 0:
            name = f"{BASE} {device}"
            values |= {"device_name": name, "device_type": "Yealink-W60B", "version": "Yealink W60B 77.85.0.25"}
            people = list(self._people(name, device, tenant))
        key = {"id": device + 1, "group_key": number + 1, "mac_address": values["mac"]}
        self._add(AccessDevice, {**_API_DEVICE, **{k: v for k, v in values.items() if k != "mac"}, **key})
        ports = CATALOGUE[values["device_type"]].ports
        place, seen = asdict(group), dict.fromkeys(_SEEN, self._now)
        own = {"free_ports": ports - len(people) if ports else None, **device_search_columns(values)}
        self._add(IndexedDevice, {**place, **values, **seen, **own})
        for line in people:
            self._add(IndexedPerson, {**place, **columns_of(line), **person_search_columns(line)})
            self._add(Line, {**_API_LINE, "device_key": device + 1, **_line(line)})
        return values

    def _people(self, name: str, device: int, tenant: int) -> Iterator[PersonOnLine]:
        for port in range(1, _BASE_LINES + 1):
            first, last = self._random.choice(FIRST), self._random.choice(LAST)
            yield make_person(name, device, tenant, first, last, port)

    def _add(self, table: type[Any], row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    def write(self) -> None:
        for table in (AccessDevice, Line, IndexedGroup, IndexedCount, IndexedDevice, IndexedPerson):
            if rows := self._rows.pop(table, None):
                write_rows(self._platform if table in {AccessDevice, Line} else self._portal, table, rows)


_SEEN = ("status_since", "seen_at", "detail_seen_at", "people_seen_at")
_EMPTY = ("outbound_proxy_server_net_address", "stun_server_net_address", "user_name")
_API_DEVICE: dict[str, Any] = {
    **dict.fromkeys(_EMPTY, ""),
    "protocol": "SIP 2.0",
    "transport_protocol": "UDP",
    "use_custom_user_name_password": False,
}
_API_LINE: dict[str, Any] = {"email_address": "", "user_type": "Normal", "endpoint_type": "Primary"}


def _line(person: PersonOnLine) -> dict[str, Any]:
    values = columns_of(person)
    del values["device_name"]
    port = values.pop("port")
    return {**values, "order": port, "primary": port == 1}


def _index_group(group: GroupRef, tenant_name: str, name: str, now: float) -> dict[str, Any]:
    names = (group.group_id, name) if group.group_id else (group.tenant_id, tenant_name)
    seen = {"devices_seen_at": now, "people_seen_at": now} if group.group_id else {}
    return {
        **asdict(group),
        "tenant_name": tenant_name,
        "name": name,
        "search_text": group_text(*names),
        "revision": 1,
    } | seen


def last_id(engine: Engine, table: type[Any]) -> int:
    """Return the highest id of a table, 0 where it is empty."""
    with engine.connect() as connection:
        return connection.execute(select(table.id).order_by(table.id.desc()).limit(1)).scalar() or 0
