"""A wire between a portal and its backend on which every text that the backend says is replaced by another."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

# By these the portal finds its way; they carry what the test wrote into the database.
_ADDRESSES = frozenset({"deviceName", "tenantId", "groupId", "tenant_id", "group_id", "user_id"})


class Wire(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, backend_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Forger)
        self.backend = urlsplit(backend_url).netloc
        self.text = "harmless"
        self.kept: frozenset[str] = frozenset()  # further keys that stay as they are

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Forger(BaseHTTPRequestHandler):
    server: Wire

    def _pass_on(self) -> None:
        connection = HTTPConnection(self.server.backend, timeout=20)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read() or b"null")
        forged = json.dumps(_forged(said, self.server.text, _ADDRESSES | self.server.kept)).encode()
        connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(forged)))
        self.end_headers()
        self.wfile.write(forged)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - as the base class calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class calls it
        pass


def _forged(said: Any, text: str, kept: frozenset[str]) -> Any:
    if isinstance(said, dict):
        return {key: value if key in kept else _forged(value, text, kept) for key, value in said.items()}
    if isinstance(said, list):
        return [_forged(item, text, kept) for item in said]
    return text if isinstance(said, str) else said


@contextmanager
def wire_to(backend_url: str) -> Iterator[Wire]:
    with Wire(backend_url) as wire:
        Thread(target=wire.serve_forever, daemon=True).start()
        yield wire
        wire.shutdown()
