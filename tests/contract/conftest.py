from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.serving import make_server

from app.embedded import WsgiAdapter
from app.portal.api.deadline import DeadlineAdapter
from tests.support.contract import Backend
from tests.support.world import API, World


@contextmanager
def _embedded(app: Flask) -> Iterator[tuple[BaseAdapter, str]]:
    yield WsgiAdapter(app), API


@contextmanager
def _over_a_socket(app: Flask) -> Iterator[tuple[BaseAdapter, str]]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    adapter = DeadlineAdapter()
    yield adapter, f"http://127.0.0.1:{server.server_port}"
    adapter.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[_embedded, _over_a_socket], ids=["embedded", "socket"])
def backend(request: pytest.FixtureRequest, world: World) -> Iterator[Backend]:
    """Run each test twice: within this process, and over a real socket."""
    with request.param(world.api) as (adapter, url):
        yield Backend(world, adapter, url)
