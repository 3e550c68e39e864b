"""A portal whose backend takes as long for a device list as a test lets it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic, sleep
from typing import Any

from flask import Flask
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support.world import World


@dataclass
class ListGate:
    """Stands before the backend of any number of portals; `released` lets calls for lists through."""

    released: Event = field(default_factory=Event)
    calls: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self._lock = Lock()
        self.released.set()

    def wire(self, adapter: BaseAdapter) -> BaseAdapter:
        return _GatedAdapter(self, adapter)

    def list_calls(self, group: str = "headquarters") -> int:
        with self._lock:
            return sum(call.endswith(f"/{group}/access_devices/") for call in self.calls)

    def pass_through(self, path: str) -> None:
        with self._lock:
            self.calls.append(path)
        if path.endswith("/access_devices/"):
            assert self.released.wait(20)
            if self.failure:
                raise self.failure


class _GatedAdapter(HTTPAdapter):
    def __init__(self, gate: ListGate, adapter: BaseAdapter) -> None:
        super().__init__()
        self._gate = gate
        self._adapter = adapter

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._gate.pass_through(request.path_url)
        return self._adapter.send(request, *args, **kwargs)


def slow_portal(world: World, gate: ListGate, **settings: Any) -> Flask:
    """Return a worker whose pages hardly wait."""
    return world.another_portal(gate.wire, **{"page_seconds": 0.05, **settings})


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)
