"""A portal whose backend takes as long for a device list as a test lets it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from threading import Event, Lock
from typing import Any

from flask import Flask
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from tests.support.world import World


@dataclass
class ListGate:
    """Stands before the backend of any number of portals; `released` lets calls for lists through."""

    released: Event = field(default_factory=Event)
    calls: list[str] = field(default_factory=list)  # paths of reads
    failure: Exception | None = None  # of lists
    fails_all: Exception | None = None
    refuses: Callable[[str], bool] = lambda _path: False  # with 404
    loses: Callable[[str, str], bool] = lambda _method, _path: False  # the answer to what was carried out
    holds_answers: bool = False  # of lists, rather than their calls
    held_answers: int = 0

    def __post_init__(self) -> None:
        self._lock = Lock()
        self.released.set()

    def wire(self, adapter: BaseAdapter) -> BaseAdapter:
        return _GatedAdapter(self, adapter)

    def list_calls(self, group: str = "headquarters") -> int:
        with self._lock:
            return sum(call.endswith(f"/{group}/access_devices/") for call in self.calls)

    def pass_through(self, method: str, path: str) -> None:
        if method == "GET":
            with self._lock:
                self.calls.append(path)
        if self.fails_all:
            raise self.fails_all
        if method == "GET" and path.endswith("/access_devices/"):
            if not self.holds_answers:
                assert self.released.wait(20)
            if self.failure:
                raise self.failure

    def hold_answer(self, method: str, path: str) -> None:
        if self.loses(method, path):
            raise ConnectionResetError
        if self.holds_answers and method == "GET" and path.endswith("/access_devices/"):
            self.held_answers += 1
            assert self.released.wait(20)


class _GatedAdapter(HTTPAdapter):
    def __init__(self, gate: ListGate, adapter: BaseAdapter) -> None:
        super().__init__()
        self._gate = gate
        self._adapter = adapter

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._gate.pass_through(request.method or "", request.path_url)
        if self._gate.refuses(request.path_url):
            raw = HTTPResponse(BytesIO(b"{}"), status=404, preload_content=False)
            return self.build_response(request, raw)
        response = self._adapter.send(request, *args, **kwargs)
        self._gate.hold_answer(request.method or "", request.path_url)
        return response


def slow_portal(world: World, gate: ListGate, **settings: Any) -> Flask:
    """Return a worker whose pages hardly wait."""
    return world.another_portal(gate.wire, **{"page_seconds": 0.05, **settings})
