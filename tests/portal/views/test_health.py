"""For whatever watches the portal."""

import pytest
from requests.adapters import BaseAdapter

from tests.support.adapters import UnreachableAdapter
from tests.support.world import World


def test_alive_asks_nobody(world: World) -> None:
    answer = world.nobody(world.another_portal(lambda _: UnreachableAdapter())).get("/healthz")
    assert (answer.status, answer.text.strip()) == (200, '{"alive":true}')


def test_ready_when_database_and_backend_answer(world: World) -> None:
    answer = world.nobody().get("/readyz")
    assert (answer.status, answer.text.strip()) == (200, '{"backend":true,"database":true}')


def test_backend_that_is_away_is_a_detail(world: World) -> None:
    def down(_: BaseAdapter) -> BaseAdapter:
        return UnreachableAdapter()

    answer = world.nobody(world.another_portal(down)).get("/readyz")
    assert (answer.status, answer.text.strip()) == (200, '{"backend":false,"database":true}')


def test_not_ready_without_the_database(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    gone = tmp_path_factory.mktemp("gone")
    app = world.another_portal(database_url=f"sqlite:///{gone}")  # a folder is no database
    answer = world.nobody(app).get("/readyz")
    assert (answer.status, answer.text.strip()) == (503, '{"backend":true,"database":false}')


def test_health_sets_no_cookie(world: World) -> None:
    for url in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in world.nobody().get(url).headers
