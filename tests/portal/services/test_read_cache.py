"""Lists that are kept: never another person's, never older than a write, fetched once however many ask."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.portal.domain.refs import GroupRef
from app.portal.services.read_cache import ReadCache
from tests.support.world import World

PLACE = GroupRef("acme", "headquarters")


class Fetch:
    """Answers 1, 2, 3, …; holds each call at the gate while that is closed."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Semaphore(0)

    def __call__(self) -> int:
        self.count += 1
        mine = self.count
        self.begun.release()
        assert self.gate.wait(5)
        return mine


@pytest.fixture
def snapshots(world: World) -> ReadCache[int]:
    return ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock, most=3)


@pytest.fixture
def fetch() -> Fetch:
    return Fetch()


def test_a_list_is_fetched_once_in_its_time(world: World, snapshots: ReadCache[int], fetch: Fetch) -> None:
    assert [snapshots.get("me", PLACE, fetch).value for _ in range(3)] == [1, 1, 1]
    world.clock.advance(seconds=9.9)
    assert snapshots.get("me", PLACE, fetch).value == 1
    world.clock.advance(seconds=0.1)
    assert snapshots.get("me", PLACE, fetch).value == 2


def test_each_person_and_each_group_has_its_own(snapshots: ReadCache[int], fetch: Fetch) -> None:
    places = [("me", PLACE), ("you", PLACE), ("me", GroupRef("acme", "annex"))]
    assert [snapshots.get(who, place, fetch).value for who, place in places * 2] == [1, 2, 3] * 2


def test_a_write_anywhere_makes_it_old(world: World, snapshots: ReadCache[int], fetch: Fetch) -> None:
    snapshots.get("me", PLACE, fetch)
    world.held_by(world.another_portal()).cache_generations.bump(PLACE)
    assert snapshots.get("me", PLACE, fetch).value == 2


def test_a_write_during_the_fetch_makes_what_it_brings_old(
    world: World, snapshots: ReadCache[int], fetch: Fetch
) -> None:
    def fetch_while_somebody_writes() -> int:
        world.held_by().cache_generations.bump(PLACE)
        return fetch()

    snapshots.get("me", PLACE, fetch_while_somebody_writes)
    assert snapshots.get("me", PLACE, fetch).value == 2


def test_newer_than_asks_again_only_for_what_is_older(world: World, snapshots: ReadCache[int], fetch: Fetch) -> None:
    first = snapshots.get("me", PLACE, fetch)
    world.clock.advance(seconds=1)
    second = snapshots.get("me", PLACE, fetch, newer_than=first.as_of)
    assert (second.value, second.as_of) == (2, first.as_of + timedelta(seconds=1))
    assert snapshots.get("me", PLACE, fetch, newer_than=first.as_of).value == 2


def test_the_one_asked_for_longest_ago_gives_way(snapshots: ReadCache[int], fetch: Fetch) -> None:
    for who in ("a", "b", "c", "a", "d"):
        snapshots.get(who, PLACE, fetch)
    assert snapshots.get("a", PLACE, fetch).value == 1
    assert snapshots.get("b", PLACE, fetch).value == 5


def together(count: int, fetch: Fetch, work: Callable[[], int]) -> list[int | str]:
    """What so many get who ask while the first fetch is held at the gate."""
    arrived = threading.Semaphore(0)

    def one(_: int) -> int | str:
        arrived.release()
        try:
            return work()
        except ZeroDivisionError:
            return "failed"

    fetch.gate.clear()
    with ThreadPoolExecutor(count) as pool:
        asking = pool.map(one, range(count))
        for _ in range(count):
            assert arrived.acquire(timeout=5)
        assert fetch.begun.acquire(timeout=5)
        time.sleep(0.3)  # from arriving to waiting
        fetch.gate.set()
        return list(asking)


def test_many_at_a_time_fetch_once(snapshots: ReadCache[int], fetch: Fetch) -> None:
    assert together(8, fetch, lambda: snapshots.get("me", PLACE, fetch).value) == [1] * 8
    assert fetch.count == 1


def test_a_fetch_that_fails_fails_for_all_who_wait_and_is_not_kept(snapshots: ReadCache[int], fetch: Fetch) -> None:
    def fail() -> int:
        fetch()
        raise ZeroDivisionError

    assert together(4, fetch, lambda: snapshots.get("me", PLACE, fail).value) == ["failed"] * 4
    assert fetch.count == 1
    assert snapshots.get("me", PLACE, fetch).value == 2


def test_who_asks_after_a_write_does_not_wait_for_a_fetch_from_before_it(
    world: World, snapshots: ReadCache[int], fetch: Fetch
) -> None:
    fetch.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(snapshots.get, "me", PLACE, fetch)
        assert fetch.begun.acquire(timeout=5)
        world.held_by().cache_generations.bump(PLACE)
        late = snapshots.get("me", PLACE, lambda: 99)
        fetch.gate.set()
        assert (late.value, early.result().value) == (99, 1)
    assert snapshots.get("me", PLACE, fetch).value == 99, "the older one has taken the place of the newer"
