"""The server as `make run` starts it: slow clients, too many clients, slow backends, and its end."""

import http.client
import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from tests.support.browser.product import Product
from tests.support.faults import faults
from tests.support.faults.server import FaultServer
from tests.support.population import HQ
from tests.support.rounds import Rounds
from tests.support.slow_clients import (
    HALF_BODY,
    HALF_HEADER,
    Person,
    dripping,
    in_background,
    longest_answer,
    measure_until,
    open_connection,
    seconds_until_closed,
    status_or_closed,
)
from tests.support.waiting import wait_until
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, World, settings_in

pytestmark = pytest.mark.xdist_group("server")

CLIENT_TIMEOUT = 1.0
SLACK = 3  # seconds that a busy machine may add


@pytest.fixture(scope="module")
def backend(
    populated: Path, compiled_templates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultServer]:
    """The reference API behind a server that can be told to wait."""
    folder = tmp_path_factory.mktemp("backend")
    for name in ("portal.db", "reference_api.db"):
        shutil.copy(populated / name, folder / name)
    world = World(settings_in(folder), compiled_templates)
    with FaultServer(world.api) as server:
        yield server
    world.close()


@pytest.fixture(autouse=True)
def healed(backend: FaultServer) -> None:
    backend.heal()


def started(folder: Path, backend: FaultServer, **settings: str) -> Product:
    product = Product(folder, PORTAL_BACKEND_URL=backend.url, **settings)
    product.start("/healthz")
    return product


@pytest.fixture(scope="module")
def product(backend: FaultServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The server of all tests that leave it running."""
    product = started(tmp_path_factory.mktemp("server"), backend, PORTAL_CLIENT_TIMEOUT=str(CLIENT_TIMEOUT))
    yield product
    product.stop()


@pytest.fixture
def ending_product(backend: FaultServer, tmp_path: Path) -> Iterator[Product]:
    product = started(tmp_path, backend, PORTAL_JOBS="on", PORTAL_WORKERS="1", PORTAL_STOP_DELAY="1")  # as usual
    yield product
    product.stop()


def test_slow_clients_delay_no_other(product: Product, rounds: Rounds) -> None:
    attackers = min(500, 5 * rounds.count)  # of each kind
    with dripping(product.port, *[HALF_HEADER] * attackers, *[HALF_BODY] * attackers, pause=0.3):
        assert measure_until(0.5, partial(longest_answer, product.port, "/healthz", 30)) < 0.5
        assert measure_until(1, partial(longest_answer, product.port, "/login", 30)) < 1


def test_late_header_closes_connection(product: Product) -> None:
    with dripping(product.port, HALF_HEADER, pause=0.2) as [connection]:
        assert seconds_until_closed(connection, CLIENT_TIMEOUT + SLACK) > 0.5 * CLIENT_TIMEOUT


def test_standing_body_closes_connection(product: Product) -> None:
    with dripping(product.port, HALF_BODY, pause=0.2) as [connection]:
        time.sleep(2 * CLIENT_TIMEOUT)  # one that moves stays
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
    connection = open_connection(product.port, HALF_BODY)
    assert seconds_until_closed(connection, CLIENT_TIMEOUT + SLACK) > 0.5 * CLIENT_TIMEOUT
    connection.close()


def test_unread_answer_closes_connection(product: Product) -> None:
    request = b"GET /static/vendor/sortablejs-1.15.7/Sortable.min.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    connection = open_connection(product.port, request * 300)
    time.sleep(3 * CLIENT_TIMEOUT)
    assert seconds_until_closed(connection, SLACK) < SLACK  # what lies in the buffers is still there
    connection.close()


def test_connections_beyond_limit_are_refused(tmp_path: Path, backend: FaultServer) -> None:
    product = started(tmp_path, backend, PORTAL_WORKERS="1", PORTAL_CONNECTIONS="30")
    try:
        with dripping(product.port, *[HALF_HEADER] * 30, pause=1):
            began = time.monotonic()
            answers = [status_or_closed(product.port) for _ in range(20)]
            assert set(answers) <= {503, None}
            assert 503 in answers
            assert time.monotonic() - began < SLACK
        while status_or_closed(product.port) != 200:
            assert time.monotonic() - began < SLACK + 10
    finally:
        product.stop()


def test_idle_connections_end_at_sigterm(ending_product: Product) -> None:
    product = ending_product
    connections = [http.client.HTTPConnection("127.0.0.1", product.port) for _ in range(20)]
    for connection in connections:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    product.send(signal.SIGTERM)
    assert product.seconds_until_end(60) < 3 + SLACK  # a kept connection would last for ten
    for connection in connections:
        connection.close()
    assert "Error" not in product.logs
    assert product.background_processes == []


def background_process(product: Product, *others: int) -> int:
    """Wait for a background process that is none of the others, and for the end of those."""
    processes: list[int] = []

    def is_alone() -> bool:
        processes[:] = product.background_processes
        return len(processes) == 1 and processes[0] not in others

    wait_until(is_alone, 30)
    return processes[0]


def test_background_process_lives_with_server(ending_product: Product) -> None:
    product = ending_product
    first = background_process(product)
    os.kill(first, signal.SIGKILL)
    second = background_process(product, first)
    wait_until(lambda: "background process started" in product.logs, 30)
    product.send(signal.SIGHUP)
    background_process(product, first, second)
    assert "background process ended: SIGTERM" in product.logs
    product.send(signal.SIGKILL)
    wait_until(lambda: product.background_processes == [], 30)


def test_background_process_is_kept_out(product: Product) -> None:
    assert product.background_processes == []


def test_request_in_hand_is_finished_at_sigterm(ending_product: Product, backend: FaultServer) -> None:
    product, before = ending_product, len(backend.seen("POST", "/login/"))
    backend.script("POST", "/login/", faults.delays(1.5))
    person = Person(product.url)
    with in_background(partial(person.sign_in, OWNER.username, PASSWORD)) as answers:
        while len(backend.seen("POST", "/login/")) == before:
            time.sleep(0.01)
        product.send(signal.SIGTERM)
    assert answers == [303]
    product.seconds_until_end(10)


def test_sign_ins_at_once_leave_health_alone(product: Product) -> None:
    for _ in range(5):
        assert Person(product.url).sign_in(OWNER.username, "wrong").status_code == 401

    def measure() -> float:
        attempts = [partial(Person(product.url).sign_in, OWNER.username, PASSWORD) for _ in range(16)]
        with in_background(*attempts) as answers:
            longest = longest_answer(product.port, "/healthz", 30)
        assert set(answers) == {401}  # locked: each costs a hash here
        return longest

    assert measure_until(0.5, measure) < 0.5


@pytest.mark.parametrize(("path", "limit"), [("/healthz", 0.5), ("/account", 1)])
def test_slow_list_leaves_other_pages_alone(
    product: Product, backend: FaultServer, rounds: Rounds, path: str, limit: float
) -> None:
    people = [Person(product.url) for _ in range(24)]
    for person in people:
        assert person.sign_in(COLLEAGUE.username, PASSWORD).status_code == 303
    backend.script("GET", "/access_devices/", faults.delays(8 if rounds.count > 20 else 2))

    def measure() -> float:
        with in_background(*[partial(person.get, HQ) for person in people]) as answers:
            longest = longest_answer(product.port, path, 20, people[0].cookie)
        assert set(answers) == {200}
        return longest

    assert measure_until(limit, measure) < limit


def test_slow_platform_keeps_every_page_quick(product: Product, backend: FaultServer, rounds: Rounds) -> None:
    is_long = rounds.count > 20
    count, seconds, list_seconds = (30, 4, 60) if is_long else (10, 1, 2)
    people = [Person(product.url) for _ in range(count)]
    for person in people:
        assert person.sign_in(COLLEAGUE.username, PASSWORD).status_code == 303
    reception = f"{HQ}Reception/"
    pages = [HQ, reception, f"{reception}tags/", f"{reception}edit", f"{reception}lines/"]

    def measure() -> float:
        backend.script("GET", "/", faults.struggles(seconds))
        backend.script("GET", "/access_devices/", faults.delays(list_seconds))
        until = time.monotonic() + 4 * list_seconds + 20 * seconds

        def follow(person: Person, path: str) -> tuple[float, int]:
            return person.follow(path, until)

        with ThreadPoolExecutor(count) as pool:
            results = list(pool.map(follow, people, cycle(pages)))
        assert [status for _, status in results].count(200) >= 0.9 * count  # what failed twice says so
        return max(longest for longest, _ in results)

    assert measure_until(1.5, measure) < 1.5


def raw_answer(port: int, request: bytes) -> tuple[int, http.client.HTTPMessage, str]:
    """Send bytes as they are; return the status, the headers and the body of the answer."""
    connection = open_connection(port, request)
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


UNREADABLE_REQUESTS = {
    b"GARBAGE\r\n\r\n": 400,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03evil\r\n\r\n": 400,  # TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 400,
    b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
    b"GET /%s HTTP/1.1\r\n\r\n" % (b"a" * 9_000): 414,
    b"GET / HTTP/1.1\r\nX: %s\r\n\r\n" % (b"a" * 9_000): 431,
    b"GET / HTTP/1.1\r\n%s\r\n" % (b"X: evil\r\n" * 200): 431,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n evil\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: evil\r\n\r\n": 417,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: evil\r\n\r\n": 501,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n": 400,
    b"GET /login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n": 400,
    b"GET /login HTTP/1.1\r\nConnection: close\r\n\r\n": 400,
}


def test_answers_of_the_server_have_words_and_headers(product: Product) -> None:
    for request, expected in UNREADABLE_REQUESTS.items():
        status, headers, body = raw_answer(product.port, request)
        assert status == expected, request
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], request
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store"), request
        assert "Server" not in headers, request
        assert "<h1>" in body
        assert "evil" not in body


def test_server_believes_no_forwarder(product: Product) -> None:
    forged = b"SCRIPT_NAME: /login\r\nPATH_INFO: /evil\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n"
    forged += b"SCRIPT-NAME: /evil\r\nX-Forwarded-Host: evil.example\r\n"
    request = b"GET /tenants/acme HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + forged + b"\r\n"
    status, headers, body = raw_answer(product.port, request)
    assert (status, headers["Location"]) == (308, "/tenants/acme/")
    assert "Server" not in headers
    assert "evil" not in body


def test_chunked_form_over_limit_is_refused(product: Product) -> None:
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * (1 << 16) + b"\r\n"
    assert raw_answer(product.port, head + b"9\r\nusername=\r\n" + 5 * chunk + b"0\r\n\r\n")[0] == 413
    assert raw_answer(product.port, head + b"zz\r\nusername=\r\n0\r\n\r\n")[0] == 400
