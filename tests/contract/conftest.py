from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from requests.adapters import BaseAdapter

from app.embedded import WsgiAdapter
from app.portal.api.deadline import DeadlineAdapter
from tests.support.contract import Backend
from tests.support.serving import serve
from tests.support.world import API, World


@contextmanager
def _embedded(app: Flask) -> Iterator[tuple[BaseAdapter, str]]:
    yield WsgiAdapter(app), API


@contextmanager
def _over_a_socket(app: Flask) -> Iterator[tuple[BaseAdapter, str]]:
    with serve(app) as url:
        adapter = DeadlineAdapter()
        yield adapter, url
        adapter.close()


@pytest.fixture(params=[_embedded, _over_a_socket], ids=["embedded", "socket"])
def backend(request: pytest.FixtureRequest, world: World) -> Iterator[Backend]:
    """Run each test twice: within this process, and over a real socket."""
    with request.param(world.api) as (adapter, url):
        yield Backend(world, adapter, url)
