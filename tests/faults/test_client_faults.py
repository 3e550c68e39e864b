"""Every way a call can go wrong: the right error, in time, sent once, and the truth about a write."""

from collections.abc import Callable
from time import monotonic, sleep

import pytest
import requests

from app.portal.api.client import ApiClient, Limits
from app.portal.api.deadline import DeadlineAdapter
from app.portal.api.errors import (
    ApiBroken,
    ApiError,
    ApiFailed,
    ApiPageAnswer,
    ApiTimeout,
    ApiUnavailable,
    ApiUnreachable,
)
from app.portal.models.access_device import AccessDevice
from tests.support.faults import faults
from tests.support.faults.server import Exchange, Fault, FaultServer, full_server, refused_address

PATIENT = Limits(connect=10, read_total=20, write_total=20, max_bytes=1_000_000)
HURRIED = Limits(connect=0.3, read_total=0.8, write_total=0.8, max_bytes=1_000_000)
SLACK = 5  # seconds that a busy machine may add; what drips would go on for a hundred

Call = Callable[[ApiClient], object]


def read(client: ApiClient) -> object:
    return client.get(["d"], AccessDevice)


def write(client: ApiClient) -> object:
    return client.put(["d"], {"description": "x"})


BROKEN: dict[str, tuple[Fault, type[ApiUnavailable]]] = {
    "hangs": (faults.hangs, ApiTimeout),
    "acts, then hangs": (faults.acts_then_hangs, ApiTimeout),
    "drips its status": (faults.drips_its_status, ApiTimeout),
    "drips its headers": (faults.drips_its_headers, ApiTimeout),
    "drips its body": (faults.drips_its_body, ApiTimeout),
    "drips the length of a chunk": (faults.drips_the_length_of_a_chunk, ApiTimeout),
    "says continue for ever": (faults.says_continue_for_ever, ApiTimeout),
    "resets": (faults.resets, ApiBroken),
    "acts, then resets": (faults.acts_then_resets, ApiBroken),
    "acts, then hangs up": (faults.acts_then_hangs_up, ApiBroken),
    "truncates": (faults.truncates, ApiBroken),
    "sends half the JSON": (faults.sends_half_the_json, ApiBroken),
    "sends HTML with 200": (faults.sends_html, ApiPageAnswer),
    "sends garbage": (faults.sends_garbage, ApiBroken),
    "speaks no HTTP": (faults.speaks_no_http, ApiBroken),
    "floods": (faults.floods(50), ApiBroken),
    "nests without end": (faults.answers(200, "[" * 100_000), ApiBroken),
    "lies about its length": (faults.answers(200, "{}", ("Content-Length", "900")), ApiBroken),
    "is not compressed as it says": (faults.answers(200, "{}", ("Content-Encoding", "gzip")), ApiBroken),
    "accepts for later": (faults.answers(202), ApiBroken),
    "fails": (faults.answers(500, "<h1>Oops</h1>"), ApiFailed),
    "fails at length": (faults.answers(502, b"x" * 5_000_000), ApiFailed),
}


SAVED = (  # of a write, the status that came first says enough
    "drips its body",
    "drips the length of a chunk",
    "truncates",
    "sends half the JSON",
    "sends garbage",
    "floods",
    "nests without end",
    "lies about its length",
    "is not compressed as it says",
)


@pytest.mark.parametrize("name", SAVED)
def test_write_is_saved_whatever_follows_its_status(name: str, backend: FaultServer) -> None:
    fault, kind = BROKEN[name]
    backend.script("*", "/d/", fault)
    client = ApiClient(backend.url, DeadlineAdapter(), HURRIED if kind is ApiTimeout else PATIENT)
    assert client.put(["d"], {}, type=AccessDevice) is None
    assert len(backend.requests) == 1


@pytest.mark.parametrize(
    ("name", "call"), [(n, c) for n in BROKEN for c in (read, write) if c is read or n not in SAVED]
)
def test_fault_raises_its_error_in_time_and_sends_once(name: str, call: Call, backend: FaultServer) -> None:
    fault, kind = BROKEN[name]
    backend.script("*", "/d/", fault)
    limits = HURRIED if kind is ApiTimeout else PATIENT
    client = ApiClient(backend.url, DeadlineAdapter(), limits)
    started = monotonic()
    with pytest.raises(kind) as caught:
        call(client)
    assert monotonic() - started < HURRIED.read_total + SLACK
    assert type(caught.value) is kind
    assert caught.value.maybe_acted is (call is write)
    backend.refuse()
    assert len(backend.requests) == 1


def test_write_may_take_longer_than_a_read(backend: FaultServer) -> None:
    limits = Limits(connect=10, read_total=0.2, write_total=20, max_bytes=1_000)
    backend.script("*", "/d/", faults.delays(0.5))
    client = ApiClient(backend.url, DeadlineAdapter(), limits)
    write(client)
    with pytest.raises(ApiTimeout, match=r"longer than 0\.2 seconds"):
        read(client)


@pytest.mark.parametrize("call", [read, write])
def test_what_was_never_sent_cannot_have_been_done(call: Call) -> None:
    with full_server() as full:
        late, away = "connection timed out", "platform unreachable"
        for url, words in ((refused_address(), away), (full, late), ("http://nobody.invalid", away)):
            started = monotonic()
            with pytest.raises(ApiUnreachable, match=words) as caught:
                call(ApiClient(url, DeadlineAdapter(), HURRIED if url is full else PATIENT))
            assert monotonic() - started < HURRIED.connect + SLACK
            assert not caught.value.maybe_acted


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 418, 422, 429])
def test_refused_write_was_not_done(status: int, backend: FaultServer) -> None:
    backend.script("PUT", "/d/", faults.answers(status, ""))
    with pytest.raises(ApiError) as caught:
        write(ApiClient(backend.url, DeadlineAdapter(), PATIENT))
    assert not caught.value.maybe_acted
    assert [each.acted for each in backend.requests] == [False]


@pytest.mark.parametrize("fault", [faults.resets, faults.hangs, faults.answers(503)])
def test_failure_while_another_is_told_is_judged_by_itself(fault: Fault, backend: FaultServer) -> None:
    backend.script("*", "/d/", fault)
    client = ApiClient(backend.url, DeadlineAdapter(), HURRIED if fault is faults.hangs else PATIENT)
    try:
        read(ApiClient(refused_address(), DeadlineAdapter(), PATIENT))
    except ApiUnreachable:
        with pytest.raises(ApiUnavailable) as caught:
            write(client)
    assert caught.value.maybe_acted


def test_error_keeps_its_status_when_its_text_never_ends(backend: FaultServer) -> None:
    backend.script("*", "/d/", lambda exchange: exchange.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\n{"))
    with pytest.raises(ApiFailed, match="503"):
        write(ApiClient(backend.url, DeadlineAdapter(), PATIENT))


@pytest.mark.parametrize("status", [200, 502])
def test_endless_answer_is_read_up_to_the_limit(status: int, backend: FaultServer) -> None:
    taken: list[None] = []

    def pours(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 %d Status\r\n\r\n" % status)
        for _ in range(100):
            exchange.send(b" " * 1_000_000)
            taken.append(None)

    backend.script("*", "/d/", pours)
    with pytest.raises(ApiFailed if status == 502 else ApiBroken):
        read(ApiClient(backend.url, DeadlineAdapter(), PATIENT))
    backend.refuse()
    assert len(taken) < 50  # what its limit lets in, and what is under way on a network that holds a lot


def test_sending_a_body_has_its_own_time_limit(backend: FaultServer) -> None:
    slow = Limits(connect=0.02, read_total=0.02, write_total=5, max_bytes=1_000)
    ApiClient(backend.url, DeadlineAdapter(), slow).put(["d"], {"fileContent": "x" * 20_000_000})
    assert [len(each.body) > 20_000_000 for each in backend.requests] == [True]


def test_adapter_without_total_has_no_deadline(backend: FaultServer) -> None:
    with requests.Session() as session:
        session.mount("http://", DeadlineAdapter())
        assert session.put(f"{backend.url}/d/", data=b"x" * 100_000, timeout=10).json() == {}
        backend.script("*", "/d/", faults.hangs)
        with pytest.raises(requests.ReadTimeout):
            session.get(f"{backend.url}/d/", timeout=0.3)


def test_closed_connection_is_not_used_again(backend: FaultServer) -> None:
    backend.script("*", "/d/", faults.answers(200, "{}", ("Connection", "keep-alive")))
    adapter = DeadlineAdapter()
    for _ in range(3):
        ApiClient(backend.url, adapter, PATIENT).put(["d"], {})
        sleep(0.05)  # the server closes after each answer, whatever it promised
    assert len(backend.requests) == 3
