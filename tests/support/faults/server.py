"""A backend on a real socket that misbehaves as told, and keeps a ledger of all that reached it."""

import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import parse_headers
from socket import SO_LINGER, SOL_SOCKET, create_connection, create_server, socket
from typing import Any, cast
from wsgiref.types import WSGIApplication

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict

from app.embedded import WsgiAdapter


@dataclass
class Seen:
    """A received request; `acted` is True once the backend has carried it out."""

    method: str
    target: str
    headers: CaseInsensitiveDict[str]
    body: bytes
    acted: bool = False

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Exchange:
    """One request and the socket to answer it on."""

    def __init__(self, seen: Seen, connection: socket, server: "FaultServer") -> None:
        self.seen = seen
        self.send = connection.sendall
        self._connection = connection
        self._server = server

    def act(self) -> bytes:
        """Let the backend carry the request out; its answer as bytes to send."""
        self.seen.acted = True
        return self._server.carry_out(self.seen)

    def hold_back(self) -> None:
        self._server.held_back.append(self.seen)

    def wait(self, seconds: float | None = None) -> None:
        """Pause; for ever (till the server stops) without a number."""
        self._server.stopping.wait(seconds)

    def reset(self) -> None:
        """Close the connection with a RST, as a crashed process leaves it."""
        self._connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))


Fault = Callable[[Exchange], None]


class FaultServer:
    """Carries requests out by `backend`, unless a fault is scripted for the method and the end of the path."""

    def __init__(self, backend: WSGIApplication | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Seen] = []
        self.held_back: list[Seen] = []
        self.stopping = threading.Event()
        self._backend = WsgiAdapter(backend) if backend else None
        self._scripts: list[tuple[str, str, Fault]] = []
        self._server = _TcpServer(("127.0.0.1", 0), cast(Any, self._handle))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> "FaultServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self.stopping.is_set():
            self.refuse()

    def script(self, method: str, path_end: str, fault: Fault) -> None:
        """From now on; "*" is any method. The latest script that fits a request rules."""
        self._scripts.insert(0, (method, path_end, fault))

    def heal(self) -> None:
        self._scripts.clear()

    def deliver(self) -> None:
        """Carry out what was held back."""
        while self.held_back:
            self.carry_out(self.held_back.pop())

    def refuse(self) -> None:
        """Listen no more: connections are refused from now on, and `requests` is complete."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def seen(self, method: str, path_end: str = "") -> list[Seen]:
        return [each for each in self.requests if each.method == method and each.path.endswith(path_end)]

    def carry_out(self, seen: Seen) -> bytes:
        if self._backend is None:
            return message(200, b"{}")
        request = PreparedRequest()
        request.method, request.url = seen.method, f"{self.url}{seen.target}"
        request.headers, request.body = seen.headers, seen.body
        with self._backend.send(request) as response:
            headers = [(name, value) for name, value in response.raw.headers.items() if name != "Connection"]
            return message(response.status_code, response.content, *headers)

    def _handle(self, connection: socket, _address: object, _server: object) -> None:
        with connection.makefile("rb") as stream, suppress(OSError):  # its client may be gone
            method, target, _ = stream.readline().decode("latin-1").split(" ")
            headers = CaseInsensitiveDict(parse_headers(stream).items())
            seen = Seen(method, target, headers, stream.read(int(headers.get("Content-Length", 0))))
            self.requests.append(seen)
            self._fault_for(seen)(Exchange(seen, connection, self))

    def _fault_for(self, seen: Seen) -> Fault:
        for method, path_end, fault in self._scripts:
            if method in {"*", seen.method} and seen.path.endswith(path_end):
                return fault
        return lambda exchange: exchange.send(exchange.act())


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = False  # so that closing waits for what is under way
    request_queue_size = 64

    def shutdown_request(self, request: socket | tuple[bytes, socket]) -> None:
        assert isinstance(request, socket)
        request.close()  # without the polite shutdown before it, which would turn a RST into a FIN


def message(status: int, body: bytes, *headers: tuple[str, str]) -> bytes:
    given = {name.lower() for name, _ in headers}
    usual = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Connection", "close")]
    lines = [*headers, *((name, value) for name, value in usual if name.lower() not in given)]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + body


@contextmanager
def full_server() -> Iterator[str]:
    """The address of a server that accepts nobody and whose queue is full, so that connecting takes for ever."""
    with create_server(("127.0.0.1", 0), backlog=0) as listener, create_connection(listener.getsockname()):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def refused_address() -> str:
    """An address at which nobody listens."""
    with create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
