"""Limits of requests in a minute, over two processes."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.portal.services.request_limits import LimitKind, RequestLimits
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.request_counts import RequestCount, RequestCounts
from tests.support.world import World

LIMITS = dict.fromkeys(LimitKind, 50)


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class WorldClock(DatabaseClock):
    """The time of the test, whatever the database: a minute must not end in the middle."""

    def __init__(self, world: World) -> None:
        super().__init__(world.held_by().engine, world.clock)
        self._world = world

    def read(self, _db: Session) -> float:
        return self._world.clock.now.timestamp()


def counts_of(world: World) -> RequestCounts:
    return RequestCounts(world.held_by().engine, WorldClock(world))


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def processes(world: World, seconds: Seconds) -> tuple[RequestLimits, RequestLimits]:
    counts = counts_of(world)
    return RequestLimits(counts, LIMITS, seconds), RequestLimits(counts, LIMITS, seconds)


def let_through(limits: RequestLimits, kind: LimitKind, times: int, username: str = "a", address: str = "") -> int:
    return sum(limits.count(kind, username, address) is None for _ in range(times))


@pytest.mark.both_databases
def test_processes_count_writes_together(
    processes: tuple[RequestLimits, RequestLimits], world: World, seconds: Seconds
) -> None:
    first, second = processes
    assert let_through(first, LimitKind.WRITES, 30) == 30
    assert 15 <= let_through(second, LimitKind.WRITES, 100) <= 20 + 5
    assert let_through(first, LimitKind.WRITES, 100) <= 5
    assert let_through(first, LimitKind.UPLOADS, 10) == 10  # another kind
    assert let_through(first, LimitKind.WRITES, 10, "b") == 10  # somebody else
    world.clock.advance(seconds=61)
    seconds.now += 61
    assert let_through(first, LimitKind.WRITES, 20) == 20
    counts_of(world).remove_expired()
    assert len(world.contents()[RequestCount.__tablename__]) == 1


def test_few_requests_are_not_written_down(processes: tuple[RequestLimits, RequestLimits], world: World) -> None:
    let_through(processes[0], LimitKind.WRITES, 4, address="192.0.2.1")
    let_through(processes[0], LimitKind.SEARCHES, 49, address="192.0.2.1")
    assert world.contents()[RequestCount.__tablename__] == []
    let_through(processes[0], LimitKind.WRITES, 1, address="192.0.2.1")
    assert len(world.contents()[RequestCount.__tablename__]) == 1


def test_address_has_ten_times_the_limit(processes: tuple[RequestLimits, RequestLimits]) -> None:
    limits, _ = processes
    people = [f"person {number}" for number in range(30)]
    passed = sum(let_through(limits, LimitKind.SEARCHES, 50, person, f"2001:db8::{person[-1]}") for person in people)
    assert passed == 500
    excess = limits.count(LimitKind.SEARCHES, "somebody else", "2001:db8::ffff")
    assert excess is not None
    assert excess.is_address
    assert let_through(limits, LimitKind.SEARCHES, 10, "somebody else", "192.0.2.1") == 10
    assert let_through(limits, LimitKind.SEARCHES, 501, "", "192.0.2.2") == 500


def test_refusals_are_told_at_intervals(processes: tuple[RequestLimits, RequestLimits], seconds: Seconds) -> None:
    limits, _ = processes
    let_through(limits, LimitKind.SEARCHES, 50)
    refused = [limits.count(LimitKind.SEARCHES, "A", "") for _ in range(200)]  # one account, whatever its case
    assert [excess.unrecorded for excess in refused if excess] == [1] + [0] * 199
    seconds.now += 11
    excess = limits.count(LimitKind.SEARCHES, "a", "")
    assert excess is not None
    assert (excess.unrecorded, excess.number, excess.retry_after) == (200, 201, 49)


def test_database_away_stops_nobody(
    processes: tuple[RequestLimits, RequestLimits], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("", None, Exception("away"))

    monkeypatch.setattr(RequestCounts, "add", fail)
    assert let_through(processes[0], LimitKind.WRITES, 60) == 60
