"""Configuration of gunicorn: its worker, gevent with limits for slow clients, and the background process beside it.

The server process executes this file at the start and again at SIGHUP. It imports nothing of the application: a worker
patches the standard library first, and imports the application afterwards.
"""

import errno
import gc
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
import gevent.socket
from gevent.server import StreamServer
from gunicorn import sock, util
from gunicorn.http.wsgi import Response
from gunicorn.workers import ggevent
from gunicorn.workers.base_async import AsyncWorker
from gunicorn.workers.ggevent import GeventWorker

control_socket_disable = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # before the current folder, which may hold another `app`
# gunicorn would believe whoever connects from this machine; `PORTAL_PROXIES` alone says which headers count.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
keepalive = 10  # the worker replaces it by the setting; 0 would turn kept connections off

_SPARE_CONNECTIONS = 200  # accepted beyond the limit, to be refused at once instead of waiting in the queue
_FIRST_DELAY = 1.0  # seconds, in which the workers start
_STEADY_AFTER = 60.0  # seconds after which a background process did not die of its start
_LONGEST_DELAY = 60.0  # seconds between two starts of it
_STOP_SECONDS = 6.0  # that it is given to end, a little more than it takes
_IDLE_AT_EXIT = 0.3  # seconds; a request may be on its way


class ClientSocket(gevent.socket.socket):  # type: ignore[misc]  # published without types
    """A connection that counts as reset by its client once nothing moves for as long as its timeout."""

    def recv(self, *args: Any) -> bytes:
        try:
            received: bytes = super().recv(*args)
        except TimeoutError:
            raise _reset() from None
        except OSError as error:
            if error.errno == errno.EBADF:  # shut down while waiting
                return b""
            raise
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Limit each wait for the client; gevent's own limits the whole, which a slow line may need more time for."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self.send(rest, flags) :]
            except TimeoutError:
                raise _reset() from None


class AcceptingServer(StreamServer):  # type: ignore[misc]  # published without types
    """Takes what waits to be accepted before it closes its port: the system resets what it leaves."""

    def close(self) -> None:
        self.stop_accepting()
        self.socket.setblocking(False)
        while not self.full() and (client := self.do_read()):
            self.do_handle(*client)
        super().close()


ggevent.StreamServer = AcceptingServer  # the worker names no other way
_default_headers = Response.default_headers


def default_headers(response: Any) -> list[str]:
    """Return gunicorn's own lines of an answer without the one that names the server, for which it has no setting."""
    return [line for line in _default_headers(response) if not line.startswith("Server:")]


Response.default_headers = default_headers


class PortalWorker(GeventWorker):  # type: ignore[misc]  # published without types
    """Closes connections whose header is late or whose body stands still, refuses those beyond the limit."""

    wsgi: Any
    end: "GentleEnd"  # of the server; set before the worker runs

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connections = 0
        self._idle_since: dict[ClientSocket, float] = {}  # those that wait for the header of a request
        self._max_connections = self.worker_connections
        self.worker_connections += _SPARE_CONNECTIONS

    def load_wsgi(self) -> None:
        super().load_wsgi()
        from app.config import load
        from app.edge import refusals

        settings = load()
        self._client_timeout = settings.client_timeout
        self._busy = refusals.TOO_MANY_CONNECTIONS.message(https=settings.is_https, Retry_After="5")

        def write_error(client: Any, status: int, _reason: str, _words: str) -> None:
            """Write our words and headers, where gunicorn's would repeat what the client sent."""
            util.write_nonblock(client, refusals.refusal_of(status).message(https=settings.is_https))

        util.write_error = write_error
        application: Any = self.wsgi

        def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            environ["portal.is_stopping"] = self.end.is_near
            answer: Iterable[bytes] = application(environ, start_response)
            return answer

        self.wsgi = serve

    def timeout_ctx(self) -> Any:
        """Limit the time from the end of a request, or from connecting, to the last byte of the next header."""
        return gevent.Timeout(self._client_timeout, False)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        if self._connections >= self._max_connections:
            _refuse(client, self._busy)
            return
        connection = ClientSocket(fileno=client.detach())
        connection.settimeout(self._client_timeout)
        self._connections += 1
        self._idle_since[connection] = monotonic()
        try:
            AsyncWorker.handle(self, listener, connection, addr)  # that of GeventWorker removes the timeout
        finally:
            self._connections -= 1
            self._idle_since.pop(connection, None)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        self._idle_since.pop(sock, None)
        if self.end.is_near:
            req.force_close()  # the client's next request goes to another node
        super().handle_request(listener_name, req, sock, addr)
        self._idle_since[sock] = monotonic()

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        gevent.spawn(self._close_idle_connections)

    def _close_idle_connections(self) -> None:
        """Let the process end as soon as the requests in hand are answered."""
        while True:
            for connection, since in list(self._idle_since.items()):
                if monotonic() - since >= _IDLE_AT_EXIT:
                    connection.shutdown(socket.SHUT_RD)  # its reader wakes up and closes it
            gevent.sleep(_IDLE_AT_EXIT / 5)


class GentleEnd:
    """The end of the server: for some seconds after SIGTERM it is not ready, but answers; a second SIGTERM ends that.

    Whoever looks at /readyz, such as a load balancer, stops sending requests before the port is closed.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends_at: float | None = None
        self._is_near = mmap.mmap(-1, 1)  # shared with the workers

    @property
    def is_near(self) -> bool:
        return bool(self._is_near[0])

    def begin(self) -> None:
        if self._ends_at is not None or not self._seconds:
            raise StopIteration  # gunicorn ends
        self._ends_at = monotonic() + self._seconds
        self._is_near[0] = 1

    def end_if_due(self) -> None:
        if self._ends_at is not None and monotonic() >= self._ends_at:
            raise StopIteration


class BackgroundProcess:
    """`python -m app.jobs` beside the workers, started again when it dies.

    The server collects the process itself when it dies, so that no exit code is known.
    """

    def __init__(self) -> None:
        self._deaths = 0  # in succession, soon after the start
        self._start(_FIRST_DELAY)

    def keep_running(self) -> None:
        if self._process.poll() is None:
            return
        self._deaths = self._deaths + 1 if monotonic() - self._started_at < _STEADY_AFTER else 1
        self._start(min(2.0 ** (self._deaths - 1), _LONGEST_DELAY))

    def restart(self) -> None:
        """Start another at once; leases keep apart what both might do until the first has ended."""
        self._process.terminate()
        self._start(0)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _start(self, delay: float) -> None:
        """The process itself waits for `delay` seconds, since the server has no timer."""
        self._started_at = monotonic() + delay
        options = [f"--parent={os.getpid()}", f"--delay={delay}"]
        self._process = subprocess.Popen([sys.executable, "-m", "app.jobs", *options], stdin=subprocess.DEVNULL)  # noqa: S603 - ours


worker_class = PortalWorker


def when_ready(server: Any) -> None:
    server.end = GentleEnd(float(os.environ["PORTAL_STOP_DELAY"]))  # app.serving sets it
    server.handle_term = server.end.begin
    if os.environ.get("PORTAL_JOBS", "").strip() != "off":
        server.background_process = BackgroundProcess()
    manage_workers = server.manage_workers

    def manage_all() -> None:
        """Run once a second, and whenever a process has died."""
        server.end.end_if_due()
        manage_workers()
        if hasattr(server, "background_process"):
            server.background_process.keep_running()

    server.manage_workers = manage_all


def post_fork(server: Any, worker: Any) -> None:
    worker.end = server.end


def post_worker_init(worker: Any) -> None:
    """Open the port. What connects before a worker can serve would wait for seconds, where another node can answer."""
    for listener in worker.sockets:
        listener.listen(worker.cfg.backlog)


def _check_port(listener: socket.socket) -> bool:
    """Raise OSError where another server has the port, and keep gunicorn from opening it."""
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):  # else it was inherited
        listener.listen()
        listener.shutdown(socket.SHUT_RDWR)
    return True


sock.BaseSocket._is_listening = staticmethod(_check_port)


def on_reload(server: Any) -> None:
    if hasattr(server, "background_process"):
        server.background_process.restart()


def on_exit(server: Any) -> None:
    if hasattr(server, "background_process"):
        server.background_process.stop()


def worker_exit(_server: object, _worker: object) -> None:
    """Let the process end at once: without this it looks through all objects for garbage several times."""
    if telemetry := sys.modules.get("app.telemetry"):  # else the worker did not get that far
        telemetry.stop()
    gc.freeze()


def _refuse(client: Any, answer: bytes) -> None:
    client.setblocking(False)
    try:
        client.send(answer)
        client.recv(65_536)  # closing with unread bytes resets the connection, and the answer may be lost
    except OSError:
        pass  # the connection is closed in any case


def _reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the client stands still")
