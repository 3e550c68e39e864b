"""A list past its age, of a backend that takes its time: shown once more while the next one is fetched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event, Semaphore
from time import monotonic, sleep
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.portal.api.errors import ApiTimeout, ApiUnauthenticated
from app.portal.domain.refs import GroupRef
from app.portal.services.read_cache import ReadCache, Snapshot
from tests.support import html
from tests.support.population import HQ
from tests.support.world import OWNER, Clock, World

PLACE = GroupRef("acme", "headquarters")


class SlowBackend:
    """Takes two seconds by the clock; `open` lets calls through, `begun` counts those that came."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.open = Event()
        self.open.set()
        self.begun = Semaphore(0)
        self.calls = 0
        self.failure: Exception | None = None

    def __call__(self) -> int:
        self.calls += 1
        mine, failure = self.calls, self.failure
        self.begun.release()
        assert self.open.wait(10)
        self.clock.advance(seconds=2)
        if failure:
            raise failure
        return mine


class Reader:
    def __init__(self, world: World) -> None:
        self.backend = SlowBackend(world.clock)
        self.device_lists: ReadCache[int] = ReadCache(
            world.held_by().cache_generations, timedelta(seconds=10), world.clock
        )

    def read(self) -> Snapshot[int]:
        return self.device_lists.get("me", PLACE, self.backend)

    def read_after_waiting(self) -> int:
        """What is shown to somebody who finds no list that would do."""
        self.backend.open.clear()
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(self.read)
            assert not wait([reading], 0.1).done, "an older list was shown"
            self.backend.open.set()
            return reading.result().value

    def finish(self) -> None:
        """Let the fetch under way come to its end."""
        self.backend.open.set()
        until(lambda: not self.device_lists._in_flight)


def until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 5
    while not holds():
        assert monotonic() < deadline
        sleep(0.01)


@pytest.fixture
def reader(world: World) -> Reader:
    """Somebody who has seen the list a little too long ago."""
    reader = Reader(world)
    assert reader.read().value == 1
    world.clock.advance(seconds=11)
    return reader


def test_nobody_waits_while_one_fetch_renews_it(reader: Reader) -> None:
    reader.backend.open.clear()
    seen = [reader.read() for _ in range(20)]
    assert {(each.value, each.as_of) for each in seen} == {(1, seen[0].as_of)}
    assert reader.backend.begun.acquire(timeout=5)
    assert reader.backend.begun.acquire(timeout=5)
    reader.finish()
    assert (reader.read().value, reader.backend.calls) == (2, 2)


def test_a_list_from_before_a_write_is_not_shown_again(world: World, reader: Reader) -> None:
    world.held_by().cache_generations.bump(PLACE)
    assert reader.read_after_waiting() == 2


def test_a_write_during_the_renewal_makes_its_reader_wait_for_another(world: World, reader: Reader) -> None:
    reader.backend.open.clear()
    reader.read()
    world.held_by().cache_generations.bump(PLACE)
    assert reader.read_after_waiting() == 3


def test_ten_times_its_age_is_the_end_of_it(world: World, reader: Reader) -> None:
    world.clock.advance(seconds=100)
    assert reader.read_after_waiting() == 2


def test_a_backend_that_answers_at_once_is_asked_rather_than_shown_as_it_was(world: World) -> None:
    snapshots: ReadCache[int] = ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock)
    answers = iter([1, 2])
    assert snapshots.get("me", PLACE, answers.__next__).value == 1
    world.clock.advance(seconds=11)
    assert snapshots.get("me", PLACE, answers.__next__).value == 2


def test_a_backend_that_was_quick_is_waited_for_half_a_second(world: World) -> None:
    snapshots: ReadCache[int] = ReadCache(world.held_by().cache_generations, timedelta(seconds=10), world.clock)
    backend = SlowBackend(world.clock)
    snapshots.get("me", PLACE, lambda: 1)
    world.clock.advance(seconds=11)
    backend.open.clear()
    started = monotonic()
    assert snapshots.get("me", PLACE, backend).value == 1
    assert monotonic() - started >= 0.5
    backend.open.set()


def test_a_renewal_that_fails_is_tried_by_each_reader_and_shown_when_the_list_is_too_old(
    world: World, reader: Reader
) -> None:
    reader.backend.failure = ApiTimeout("It took too long")
    for calls in (2, 3):
        assert reader.read().value == 1
        reader.finish()
        assert reader.backend.calls == calls
    world.clock.advance(seconds=100)
    with pytest.raises(ApiTimeout):
        reader.read()


def test_nobody_sees_for_longer_what_the_backend_has_refused_to_show(reader: Reader) -> None:
    reader.backend.failure = ApiUnauthenticated("The session is over")
    reader.backend.open.clear()
    assert reader.read().value == 1
    reader.finish()
    with pytest.raises(ApiUnauthenticated):
        reader.read_after_waiting()


def slowed(backend: SlowBackend) -> Callable[[BaseAdapter], BaseAdapter]:
    """The wire to a backend that takes its time over lists."""

    class Slow(HTTPAdapter):
        def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
            if (request.url or "").endswith("/access_devices/"):
                backend()
            return wire.send(request, *args, **kwargs)

    wire: BaseAdapter

    def between(adapter: BaseAdapter) -> BaseAdapter:
        nonlocal wire
        wire = adapter
        return Slow()

    return between


def test_the_page_says_how_old_its_list_is_and_the_renewal_outlives_the_request(world: World) -> None:
    backend = SlowBackend(world.clock)
    app = world.another_portal(slowed(backend))
    owner = world.browser(OWNER, app)

    def as_of() -> str | None:
        return html.one(owner.get(HQ).document, "time").get("datetime")

    first = as_of()
    world.clock.advance(seconds=11)
    backend.open.clear()
    assert (as_of(), as_of()) == (first, first)
    begun = world.clock.now
    backend.open.set()
    until(lambda: as_of() != first)
    assert as_of() == begun.isoformat(timespec="seconds")
    assert backend.calls == 2
