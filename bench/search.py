"""`python -m bench.search`: how long searches take in an index of a million devices, in a tenant and over everything.

Times are those of the service: the hits of one page with the fields that matched, and the counts of all. The database
is a PostgreSQL of its own, `--database sqlite` a file of its own, or a URL of an empty database.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, insert

from app.database import connect, upgrade, writing
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.services.search.confirmation import ScopeConfirmation
from app.portal.services.search.pasted import ListSearch
from app.portal.services.search.service import Search
from app.portal.store.index.lookups import IndexLookup
from app.portal.store.index.records import columns_of, device_search_columns, person_search_columns
from app.portal.store.index.searching import IndexSearch
from app.portal.store.index.tables import IndexedDevice, IndexedGroup, IndexedPerson
from app.portal.store.schema import MIGRATIONS
from bench.bulk import without_indexes, write_rows
from bench.population import FIRST, LAST, VENDORS, make_device
from tests.support import postgres

_BATCH = 5_000
_GROUPS = 2  # of a tenant
_ROUNDS = 60


class _Confirmed(ScopeConfirmation):
    """Stands for a platform that has just confirmed the session."""

    def __init__(self) -> None: ...

    def require(self) -> None: ...


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=1_000_000)
    parser.add_argument("--tenants", type=int, default=2_000)
    parser.add_argument("--database", default="postgresql")
    options = parser.parse_args()
    with _database(options.database) as url:
        engine = connect(url)
        upgrade(engine, MIGRATIONS, "portal_alembic")
        began = perf_counter()
        _fill(engine, options.devices, options.tenants)
        print(f"{options.devices:,} devices and as many people of {options.tenants:,} tenants, {engine.dialect.name}")
        print(f"written in {perf_counter() - began:.0f} s\n")
        for scope, user in (("a tenant", _user(Role.TENANT_ADMIN)), ("everything", _user(Role.SYSTEM_ADMIN))):
            _measure(scope, engine, user, options.devices)
        engine.dispose()


@contextmanager
def _database(name: str) -> Iterator[str]:
    with TemporaryDirectory(prefix="search", dir="/tmp") as folder:
        if name == "sqlite":
            yield f"sqlite:///{folder}/portal.db"
        elif name == "postgresql":
            programs = postgres.binaries()
            assert programs, postgres.NOT_INSTALLED
            Path(folder).chmod(0o755)
            with postgres.server(Path(folder), programs) as url:
                yield url
        else:
            yield name


def _user(role: Role) -> User:
    return User(username="bench", role=role, group=GroupRef("tenant-0007", ""), session_id=1)


def _fill(engine: Engine, devices: int, tenants: int) -> None:
    rng = random.Random(7)  # noqa: S311 - the same data each time
    with writing(engine) as db:
        groups = [
            {"tenant_id": f"tenant-{tenant:04}", "group_id": group, "tenant_name": f"Tenant {tenant}", "name": group}
            for tenant in range(tenants)
            for group in ("", *(f"site-{number}" for number in range(_GROUPS)))
        ]
        rows = [{**group, "search_text": f"\n{group['tenant_id']}\n{group['group_id']}\n"} for group in groups]
        db.execute(insert(IndexedGroup), rows)
    numbers = iter(range(devices))
    with without_indexes(engine, IndexedDevice, IndexedPerson):
        while batch := list(islice(numbers, _BATCH)):
            made = [_make(rng, number, number % tenants) for number in batch]
            write_rows(engine, IndexedDevice, [device for device, _ in made])
            write_rows(engine, IndexedPerson, [person for _, person in made])
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _make(rng: random.Random, number: int, tenant: int) -> tuple[dict[str, Any], dict[str, Any]]:
    values, person = make_device(rng, number, tenant)
    place = {"tenant_id": f"tenant-{tenant:04}", "group_id": f"site-{number // 7 % _GROUPS}"}
    seen = {"status_since": 1.0, "seen_at": 1.0, "detail_seen_at": 1.0}
    device = {**place, **values, **seen, **device_search_columns(values)}
    return device, {**place, **columns_of(person), **person_search_columns(person)}


def _measure(scope: str, engine: Engine, user: User, devices: int) -> None:
    search = Search(IndexSearch(engine), user, _Confirmed())
    lists = ListSearch(IndexSearch(engine), IndexLookup(engine), user, _Confirmed())
    rng = random.Random(11)  # noqa: S311

    def number() -> int:
        return rng.randrange(devices)

    texts: dict[str, Callable[[], str]] = {
        "common word (a type)": lambda: rng.choice(("yealink", "polycom", "floor")),
        "rare word (a serial number)": lambda: f"SN{number():08}",
        "two words (a name)": lambda: f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        "last four digits of a MAC": lambda: f"{number() % 65536:04x}",
        "extension": lambda: str(2000 + rng.randrange(900)),
        "phone number": lambda: f"020 {number():08}",
        "two letters": lambda: rng.choice(("we", "él", "to", "9.")),
        "two letters that nothing has": lambda: rng.choice(("q9", "xq", "7z")),
        "no hit": lambda: f"nothing{number()}",
    }
    texts["last six digits, with colons"] = lambda: ":".join(f"{number():06x}"[at : at + 2] for at in (0, 2, 4))
    for name, text in texts.items():
        _print(f"{name}, in {scope}", [_time(lambda: search.find(text())) for _ in range(_ROUNDS)])  # noqa: B023
    entries = [[_entry(rng, number()) for _ in range(1_000)] for _ in range(5)]
    _print(f"pasted list of 1,000, in {scope}", [_time(lambda: lists.find(batch)) for batch in entries])  # noqa: B023


def _entry(rng: random.Random, number: int) -> str:
    """Return a MAC, a number, a serial number or, for one of ten, a text that must be looked for inside others."""
    kinds = (f"{rng.choice(VENDORS)}{number:06X}", f"020{number:08}", f"SN{number:08}", f"user{number}@t7.example")
    return f"{rng.choice(FIRST)} {number % 1000}" if number % 10 == 0 else rng.choice(kinds)


def _time(search: Callable[[], object]) -> float:
    began = perf_counter()
    search()
    return (perf_counter() - began) * 1000


def _print(name: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:50} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
