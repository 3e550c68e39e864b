"""The end of the server as `make run` starts it: not ready first, then closed."""

import http.client
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser.product import Product
from tests.support.slow_clients import Person
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("server")

DELAY = 2.0
SLACK = 8  # seconds that a busy machine may add


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    backend = "http://127.0.0.1:1"
    product = Product(tmp_path, PORTAL_BACKEND_URL=backend, PORTAL_STOP_DELAY=str(DELAY), PORTAL_WORKERS="1")
    product.start("/healthz")
    yield product
    product.stop()


def test_server_is_not_ready_before_it_ends(product: Product) -> None:
    kept = [http.client.HTTPConnection("127.0.0.1", product.port) for _ in range(2)]
    for connection in kept:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
    product.send(signal.SIGTERM)
    began = time.monotonic()
    wait_until(lambda: b"stopping" in Person(product.url).get("/readyz").content, DELAY)
    stopping = Person(product.url).get("/readyz")
    assert (stopping.status_code, stopping.json()["problem"]) == (503, "The node is stopping.")
    assert Person(product.url).get("/login").status_code == 200
    for connection in kept:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
    product.seconds_until_end(DELAY + SLACK)
    assert time.monotonic() - began > DELAY - 0.5


@pytest.mark.long
def test_second_sigterm_ends_server_at_once(tmp_path: Path) -> None:
    product = Product(tmp_path, PORTAL_BACKEND_URL="http://127.0.0.1:1", PORTAL_STOP_DELAY="60", PORTAL_WORKERS="1")
    product.start("/healthz")
    try:
        product.send(signal.SIGTERM)
        wait_until(lambda: Person(product.url).get("/readyz").status_code == 503, SLACK)
        product.send(signal.SIGTERM)
        assert product.seconds_until_end(30) < SLACK
    finally:
        product.stop()
