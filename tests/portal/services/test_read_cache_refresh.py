"""A list past its age, of a slow backend: shown once more while the next one is fetched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event, Semaphore
from time import monotonic, sleep

import pytest

from app.portal.api.errors import ApiTimeout, ApiUnauthenticated
from app.portal.domain.refs import GroupRef
from app.portal.services.read_cache import ReadCache, Snapshot
from tests.support.world import Clock, World

GROUP = GroupRef("acme", "headquarters")


class SlowBackend:
    """Takes two seconds by the clock; `released` lets calls through, `begun` counts those that came."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.released = Event()
        self.released.set()
        self.begun = Semaphore(0)
        self.calls = 0
        self.failure: Exception | None = None

    def __call__(self) -> int:
        self.calls += 1
        number, failure = self.calls, self.failure
        self.begun.release()
        assert self.released.wait(10)
        self.clock.advance(seconds=2)
        if failure:
            raise failure
        return number


class Reader:
    def __init__(self, world: World) -> None:
        self.backend = SlowBackend(world.clock)
        self.cache: ReadCache[int] = ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock)

    def read(self) -> Snapshot[int]:
        return self.cache.get("me", GROUP, self.backend)

    def read_after_waiting(self) -> int:
        """Return what is shown to somebody who finds no usable list."""
        self.backend.released.clear()
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(self.read)
            assert not wait([reading], 0.1).done, "an older list was shown"
            self.backend.released.set()
            return reading.result().value

    def finish(self) -> None:
        """Let the pending fetch end."""
        self.backend.released.set()
        wait_until(lambda: not self.cache._in_flight)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 5
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)


@pytest.fixture
def reader(world: World) -> Reader:
    """Return somebody who has seen the list a little too long ago."""
    reader = Reader(world)
    assert reader.read().value == 1
    world.clock.advance(seconds=11)
    return reader


def test_readers_get_old_list_during_refresh(reader: Reader) -> None:
    reader.backend.released.clear()
    seen = [reader.read() for _ in range(20)]
    assert {(snapshot.value, snapshot.as_of) for snapshot in seen} == {(1, seen[0].as_of)}
    assert reader.backend.begun.acquire(timeout=5)
    assert reader.backend.begun.acquire(timeout=5)
    reader.finish()
    assert (reader.read().value, reader.backend.calls) == (2, 2)


def test_list_from_before_write_is_not_shown(world: World, reader: Reader) -> None:
    world.held_by().cache_generations.bump(GROUP)
    assert reader.read_after_waiting() == 2


def test_write_during_refresh_requires_another_fetch(world: World, reader: Reader) -> None:
    reader.backend.released.clear()
    reader.read()
    world.held_by().cache_generations.bump(GROUP)
    assert reader.read_after_waiting() == 3


def test_list_below_ten_times_max_age_is_shown(world: World, reader: Reader) -> None:
    reader.backend.released.clear()
    world.clock.advance(seconds=86.9)  # beside the 13 that have passed
    assert reader.read().value == 1
    reader.finish()


def test_list_of_ten_times_max_age_is_not_shown(world: World, reader: Reader) -> None:
    world.clock.advance(seconds=87)
    assert reader.read_after_waiting() == 2


def test_fast_backend_is_read_again(world: World) -> None:
    cache: ReadCache[int] = ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock)
    answers = iter([1, 2])
    assert cache.get("me", GROUP, answers.__next__).value == 1
    world.clock.advance(seconds=11)
    assert cache.get("me", GROUP, answers.__next__).value == 2


def test_reader_waits_half_a_second_for_fast_backend(world: World) -> None:
    cache: ReadCache[int] = ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock)
    backend = SlowBackend(world.clock)
    cache.get("me", GROUP, lambda: 1)
    world.clock.advance(seconds=11)
    backend.released.clear()
    started = monotonic()
    assert cache.get("me", GROUP, backend).value == 1
    assert monotonic() - started >= 0.5
    backend.released.set()


def test_failed_refresh_is_retried_and_finally_raised(world: World, reader: Reader) -> None:
    reader.backend.failure = ApiTimeout("no response")
    for calls in (2, 3):
        assert reader.read().value == 1
        reader.finish()
        assert reader.backend.calls == calls
    world.clock.advance(seconds=100)
    with pytest.raises(ApiTimeout):
        reader.read()


def test_refused_list_is_not_shown_again(reader: Reader) -> None:
    reader.backend.failure = ApiUnauthenticated("The session is over")
    reader.backend.released.clear()
    assert reader.read().value == 1
    reader.finish()
    with pytest.raises(ApiUnauthenticated):
        reader.read_after_waiting()
