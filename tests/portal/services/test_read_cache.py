"""Cached lists: never another user’s, never older than a write, fetched once however many ask."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.portal.domain.refs import GroupRef
from app.portal.services.read_cache import ReadCache
from tests.support.world import World

GROUP = GroupRef("acme", "headquarters")


class Fetch:
    """Returns 1, 2, 3, …; each call waits until it is released."""

    def __init__(self) -> None:
        self.count = 0
        self.released = threading.Event()
        self.released.set()
        self.begun = threading.Semaphore(0)

    def __call__(self) -> int:
        self.count += 1
        number = self.count
        self.begun.release()
        assert self.released.wait(5)
        return number


@pytest.fixture
def cache(world: World) -> ReadCache[int]:
    return ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock, max_entries=3)


@pytest.fixture
def fetch() -> Fetch:
    return Fetch()


def test_cache_fetches_once_until_max_age(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    assert [cache.get("me", GROUP, fetch).value for _ in range(3)] == [1, 1, 1]
    world.clock.advance(seconds=9.9)
    assert cache.get("me", GROUP, fetch).value == 1
    world.clock.advance(seconds=0.1)
    assert cache.get("me", GROUP, fetch).value == 2


def test_cache_is_per_user_and_group(cache: ReadCache[int], fetch: Fetch) -> None:
    places = [("me", GROUP), ("you", GROUP), ("me", GroupRef("acme", "annex"))]
    assert [cache.get(username, group, fetch).value for username, group in places * 2] == [1, 2, 3] * 2


def test_write_makes_cached_list_old(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    cache.get("me", GROUP, fetch)
    world.held_by(world.another_portal()).cache_generations.bump(GROUP)
    assert cache.get("me", GROUP, fetch).value == 2


def test_write_during_fetch_makes_its_list_old(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    def fetch_while_somebody_writes() -> int:
        world.held_by().cache_generations.bump(GROUP)
        return fetch()

    cache.get("me", GROUP, fetch_while_somebody_writes)
    assert cache.get("me", GROUP, fetch).value == 2


def test_newer_than_refetches_only_older_lists(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    first = cache.get("me", GROUP, fetch)
    world.clock.advance(seconds=1)
    second = cache.get("me", GROUP, fetch, newer_than=first.as_of)
    assert (second.value, second.as_of) == (2, first.as_of + timedelta(seconds=1))
    assert cache.get("me", GROUP, fetch, newer_than=first.as_of).value == 2


def test_least_recently_used_entry_is_dropped(cache: ReadCache[int], fetch: Fetch) -> None:
    for username in ("a", "b", "c", "a", "d"):
        cache.get(username, GROUP, fetch)
    assert cache.get("a", GROUP, fetch).value == 1
    assert cache.get("b", GROUP, fetch).value == 5


def read_together(count: int, fetch: Fetch, work: Callable[[], int]) -> list[int | str]:
    """Return what so many readers get who ask while the first fetch waits."""
    arrived = threading.Semaphore(0)

    def read_one(_: int) -> int | str:
        arrived.release()
        try:
            return work()
        except ZeroDivisionError:
            return "failed"

    fetch.released.clear()
    with ThreadPoolExecutor(count) as pool:
        asking = pool.map(read_one, range(count))
        for _ in range(count):
            assert arrived.acquire(timeout=5)
        assert fetch.begun.acquire(timeout=5)
        time.sleep(0.3)  # from arriving to waiting
        fetch.released.set()
        return list(asking)


def test_concurrent_readers_fetch_once(cache: ReadCache[int], fetch: Fetch) -> None:
    assert read_together(8, fetch, lambda: cache.get("me", GROUP, fetch).value) == [1] * 8
    assert fetch.count == 1


def test_failed_fetch_fails_for_all_and_is_not_kept(cache: ReadCache[int], fetch: Fetch) -> None:
    def fail() -> int:
        fetch()
        raise ZeroDivisionError

    assert read_together(4, fetch, lambda: cache.get("me", GROUP, fail).value) == ["failed"] * 4
    assert fetch.count == 1
    assert cache.get("me", GROUP, fetch).value == 2


def test_reader_after_write_does_not_wait_for_older_fetch(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    fetch.released.clear()
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(cache.get, "me", GROUP, fetch)
        assert fetch.begun.acquire(timeout=5)
        world.held_by().cache_generations.bump(GROUP)
        late = cache.get("me", GROUP, lambda: 99)
        fetch.released.set()
        assert (late.value, early.result().value) == (99, 1)
    assert cache.get("me", GROUP, fetch).value == 99  # the older one does not take the place of the newer
