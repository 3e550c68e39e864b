"""When a kind of call is let through, on a clock of the test's."""

import pytest

from app.portal.api.breaker import PAUSES, Breaker
from app.portal.api.errors import ApiBusy, ApiSuspended
from app.portal.api.pending_calls import RawAnswer

READ = "GET devices/…"


class Backend:
    """Counts its calls; `answer` is a status, or 0 for none at all."""

    def __init__(self) -> None:
        self.time, self.calls, self.status = 100.0, 0, 200
        self.retry_after: int | None = None
        self.breaker = Breaker(3, lambda: self.time)

    def send(self) -> RawAnswer:
        self.calls += 1
        if not self.status:
            raise ConnectionResetError
        return RawAnswer(self.status, b"", self.retry_after)

    def call(self, kind: str = READ) -> RawAnswer:
        return self.breaker.call(kind, self.send)

    def fail(self, times: int, status: int = 0) -> None:
        self.status = status
        for _ in range(times):
            try:
                self.call()
            except ConnectionResetError:
                continue


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.mark.parametrize("status", [0, 500, 502, 503])
def test_failures_in_a_row_suspend_calls(backend: Backend, status: int) -> None:
    backend.fail(3, status)
    with pytest.raises(ApiSuspended) as caught:
        backend.call()
    assert (caught.value.retry_in, backend.calls, caught.value.maybe_acted) == (PAUSES[0], 3, False)


@pytest.mark.parametrize("status", [200, 401, 404, 429])
def test_answer_between_failures_keeps_calls_going(backend: Backend, status: int) -> None:
    backend.fail(2)
    backend.fail(1, status)
    backend.fail(2)
    backend.status = 200
    assert backend.call().status == 200


def test_one_call_is_tried_after_the_pause(backend: Backend) -> None:
    backend.fail(3)
    backend.time += PAUSES[0]
    backend.status = 200

    def others_wait() -> RawAnswer:
        with pytest.raises(ApiSuspended):
            backend.call()
        return backend.send()

    backend.breaker.call(READ, others_wait)
    assert backend.call().status == 200
    assert backend.calls == 5


def test_pauses_grow_with_each_failed_try(backend: Backend) -> None:
    backend.fail(3)
    for pause in (*PAUSES, PAUSES[-1]):
        backend.time += pause - 1
        with pytest.raises(ApiSuspended):
            backend.call()
        backend.time += 1
        backend.fail(1)
    backend.time += PAUSES[-1]
    backend.status = 200
    backend.call()
    backend.fail(3)
    with pytest.raises(ApiSuspended) as caught:
        backend.call()
    assert caught.value.retry_in == PAUSES[0]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(backend: Backend, status: int) -> None:
    backend.status, backend.retry_after = status, 30
    backend.call()
    backend.time += 20
    with pytest.raises(ApiBusy, match="asks to wait 10 s") as caught:
        backend.call()
    assert (caught.value.retry_after, backend.calls) == (10, 1)
    backend.time += 10
    backend.status, backend.retry_after = 200, None
    assert backend.call().status == 200


def test_endless_retry_after_is_obeyed_for_minutes(backend: Backend) -> None:
    backend.status, backend.retry_after = 503, 86_400
    backend.call()
    backend.time += 301
    backend.call()
    assert backend.calls == 2


def test_kinds_fail_for_themselves(backend: Backend) -> None:
    backend.fail(3)
    backend.status = 200
    assert backend.call("PUT devices/…").status == 200
