"""Clients over sockets: some send slowly or nothing, some are people in a hurry."""

import http.client
import resource
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic, sleep

import requests

from tests.support import html
from tests.support.markup import parse_markup

HALF_HEADER = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_BODY = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100000\r\n\r\nusername="
)


def open_connection(port: int, first_bytes: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(first_bytes)
    return connection


@contextmanager
def dripping(port: int, *first_bytes: bytes, pause: float) -> Iterator[Sequence[socket.socket]]:
    """Hold a connection for each of `first_bytes`, and send one byte more on each after every `pause` (seconds).

    A connection that the server closes is opened anew.
    """
    allow_open_files(len(first_bytes) + 200)
    connections = [open_connection(port, first) for first in first_bytes]
    over = Event()

    def drip() -> None:
        while not over.wait(pause):
            for number, first in enumerate(first_bytes):
                try:
                    connections[number].sendall(b"x")
                except OSError:
                    connections[number].close()
                    connections[number] = open_connection(port, first)

    thread = Thread(target=drip)
    thread.start()
    try:
        yield connections
    finally:
        over.set()
        thread.join()
        for connection in connections:
            connection.close()


def allow_open_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def longest_answer(port: int, path: str, count: int, cookie: str = "") -> float:
    """Ask `count` times, over a new connection each; return the longest time in seconds."""
    longest = 0.0
    for _ in range(count):
        began = monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 200, path
        longest = max(longest, monotonic() - began)
    return longest


def measure_until(limit: float, measure: Callable[[], float]) -> float:
    """Return the first of three results below the limit, or the last: another process may take the processor."""
    seconds = measure()
    for _ in range(2):
        if seconds >= limit:
            seconds = measure()
    return seconds


def status_or_closed(port: int) -> int | None:
    """Ask for the health over a new connection; return None where it is closed without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (ConnectionError, http.client.BadStatusLine):
        return None
    finally:
        connection.close()


def seconds_until_closed(connection: socket.socket, limit: float) -> float:
    """Wait until the server closes the connection; whatever it sends before is dropped. Raises TimeoutError."""
    began = monotonic()
    connection.settimeout(limit)
    with suppress(ConnectionResetError):
        while connection.recv(65_536):
            pass
    return monotonic() - began


class Person:
    """Signs in at a server with a session of requests."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Connection"] = "close"  # the server may close a kept one at any moment

    def sign_in(self, username: str, password: str) -> requests.Response:
        page = self.get("/login")
        form = next(form for form in html.forms(parse_markup(page.text)) if "password" in form.names)
        fields = {**form.fields, "username": username, "password": password}
        return self._session.post(f"{self._url}/login", fields, allow_redirects=False, timeout=30)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        return self._session.get(f"{self._url}{path}", headers=headers, allow_redirects=False, timeout=60)

    def follow(self, path: str, until: float) -> tuple[float, int]:
        """Ask as a browser without JavaScript until the page is there, or `until` of the monotonic clock.

        Return the longest wait for an answer in seconds, and the last status.
        """
        longest = 0.0
        while True:
            began = monotonic()
            answer = self.get(path)
            longest = max(longest, monotonic() - began)
            pause, _, next_path = answer.headers.get("Refresh", "0").partition("; url=")
            path = next_path or answer.headers.get("Location", "")
            if not path or monotonic() > until:
                return longest, answer.status_code
            sleep(float(pause))

    @property
    def cookie(self) -> str:
        return f"portal={self._session.cookies['portal']}"


@contextmanager
def in_background(*calls: Callable[[], requests.Response]) -> Iterator[list[int]]:
    """Run calls in threads of their own meanwhile; afterwards the list holds the statuses of their answers."""
    statuses: list[int] = []
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(call) for call in calls]
        yield statuses
        statuses.extend(future.result().status_code for future in running)
