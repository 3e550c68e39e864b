"""The guard over sockets: places, and what is tried again."""

from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

import pytest

from app.portal.api.breaker import Breaker
from app.portal.api.bulkheads import Bulkheads
from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import ApiBroken, ApiBusy, ApiError, ApiFailed, ApiTimeout, ApiUnreachable
from app.portal.api.guard import Guard
from app.portal.api.kinds import CallGroup
from app.portal.api.page_reads import PageReads, StillAsking
from app.portal.api.pending_calls import CallRegistry, UsualTimes
from tests.support.faults import faults
from tests.support.faults.server import Exchange, Fault, FaultServer, refused_address

LIMITS = Limits(connect=1, read_total=1, write_total=1, max_bytes=10_000)
Answer = dict[str, str]
DEVICE = ("tenants", "acme", "groups", "hq", "access_devices", "d")


@pytest.fixture
def backend() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


def guarded(url: str, places: int = 2, reads: PageReads | None = None, limits: Limits = LIMITS) -> ApiClient:
    guard = Guard(Breaker(100), Bulkheads(dict.fromkeys(CallGroup, places)))
    return ApiClient(url, DeadlineAdapter(), limits, guard=guard, reads=reads)


def once(fault: Fault) -> Fault:
    """Fail the first time only."""
    calls: list[None] = []

    def first(exchange: Exchange) -> None:
        calls.append(None)
        (fault if len(calls) == 1 else faults.answers(200, '{"name": "d"}'))(exchange)

    return first


@pytest.mark.parametrize("fault", [faults.resets, faults.truncates, faults.answers(502), faults.answers(503)])
def test_read_is_tried_once_more(backend: FaultServer, fault: Fault) -> None:
    backend.script("*", "/d/", once(fault))
    assert guarded(backend.url).get(DEVICE, Answer) == {"name": "d"}
    assert len(backend.requests) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.answers(500), ApiFailed),
        (faults.answers(504), ApiFailed),
        (faults.answers(503, "{}", ("Retry-After", "30")), ApiFailed),
        (faults.answers(429), ApiBusy),
        (faults.hangs, ApiTimeout),
        (faults.floods(1), ApiBroken),
    ],
)
def test_other_failures_are_not_tried_again(backend: FaultServer, fault: Fault, error: type[ApiError]) -> None:
    backend.script("*", "/d/", fault)
    with pytest.raises(error):
        guarded(backend.url).get(DEVICE, Answer)
    backend.refuse()
    assert len(backend.requests) == 1


@pytest.mark.parametrize("fault", [faults.resets, faults.answers(502), faults.answers(503)])
@pytest.mark.parametrize("path", [DEVICE, ("login",)])
def test_write_and_sign_in_are_sent_once(backend: FaultServer, fault: Fault, path: tuple[str, ...]) -> None:
    backend.script("*", "/", fault)
    with pytest.raises(ApiError) as caught:
        guarded(backend.url).post(path, {})
    assert caught.value.maybe_acted
    assert len(backend.requests) == 1


def test_second_try_stays_within_the_time(backend: FaultServer) -> None:
    backend.script("GET", "/d/", once(faults.delays(0.7, status=503)))
    backend.script("GET", "/late/", faults.delays(0.7, status=503))
    assert guarded(backend.url).get(DEVICE, Answer) == {"name": "d"}
    began = monotonic()
    with pytest.raises(ApiTimeout, match="longer than 1 second"):
        guarded(backend.url).get((*DEVICE, "late"), Answer)
    assert monotonic() - began < 3


def test_refused_connection_is_tried_again() -> None:
    began = monotonic()
    with pytest.raises(ApiUnreachable):
        guarded(refused_address()).get(DEVICE, Answer)
    assert monotonic() - began > 0.2


def test_calls_at_once_are_bounded_by_group(backend: FaultServer) -> None:
    now: list[None] = []
    most: list[int] = []

    def holds(exchange: Exchange) -> None:
        now.append(None)
        most.append(len(now))
        exchange.wait(0.1)
        now.pop()
        exchange.send(exchange.act())

    backend.script("GET", "/d/", holds)
    client = guarded(backend.url, places=2, limits=Limits(connect=5, read_total=20, write_total=5, max_bytes=10_000))
    threads = [Thread(target=client.get, args=(DEVICE, Answer)) for _ in range(8)]
    for thread in threads:
        thread.start()
    client.put(DEVICE, {})  # which has places of its own
    for thread in threads:
        thread.join()
    assert (max(most), len(most)) == (2, 8)


def test_queued_call_is_told_and_gives_up(backend: FaultServer) -> None:
    backend.script("GET", "/d/", faults.delays(0.8))
    client = guarded(backend.url, places=1)
    thread = Thread(target=client.get, args=(DEVICE, Answer))
    thread.start()
    while not backend.requests:
        sleep(0.01)
    reads = PageReads(CallRegistry(), UsualTimes(), "session", monotonic() + 0.1)
    waiting = ApiClient(backend.url, DeadlineAdapter(), LIMITS, guard=client._guard, reads=reads)
    with pytest.raises(StillAsking) as caught:
        waiting.get((*DEVICE[:-1], "other"), Answer)
    assert caught.value.is_queued
    short = Limits(connect=1, read_total=0.1, write_total=1, max_bytes=10_000)
    with pytest.raises(ApiBusy, match="too many calls at once"):
        ApiClient(backend.url, DeadlineAdapter(), short, guard=client._guard).get(DEVICE, Answer)
    thread.join()
