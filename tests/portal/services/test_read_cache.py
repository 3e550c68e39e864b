"""Cached values: never another user’s, never older than a write, old ones only while the backend is slow."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.portal.api.errors import ApiTimeout, ApiUnauthenticated
from app.portal.api.page_reads import StillAsking
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


@pytest.mark.parametrize("failure", [ApiTimeout("late"), StillAsking(1, None)])
def test_old_value_is_shown_while_backend_is_slow(
    world: World, cache: ReadCache[int], fetch: Fetch, failure: Exception
) -> None:
    def fail() -> int:
        raise failure

    first = cache.get("me", GROUP, fetch)
    world.clock.advance(seconds=99.9)
    assert cache.get("me", GROUP, fail) == first
    assert not cache.has_fresh("me", GROUP)
    with pytest.raises(type(failure)):
        cache.get("me", GROUP, fail, newer_than=first.as_of)
    world.clock.advance(seconds=0.1)
    with pytest.raises(type(failure)):
        cache.get("me", GROUP, fail)


def test_old_value_from_before_a_write_is_not_shown(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    def fail() -> int:
        raise ApiTimeout("late")

    cache.get("me", GROUP, fetch)
    world.held_by().cache_generations.bump(GROUP)
    with pytest.raises(ApiTimeout):
        cache.get("me", GROUP, fail)


def test_refused_value_is_not_shown_again(world: World, cache: ReadCache[int], fetch: Fetch) -> None:
    failures = iter([ApiUnauthenticated("over"), ApiTimeout("late")])

    def fail() -> int:
        raise next(failures)

    cache.get("me", GROUP, fetch)
    world.clock.advance(seconds=11)
    for error in (ApiUnauthenticated, ApiTimeout):
        with pytest.raises(error):
            cache.get("me", GROUP, fail)


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
