"""For whatever watches the portal."""

from pathlib import Path

import pytest
from requests.adapters import BaseAdapter

from tests.support.adapters import UnreachableAdapter
from tests.support.world import OWNER, World


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
    app = world.another_portal(database_url=f"sqlite:///{gone}/empty.db")
    answer = world.nobody(app).get("/readyz")
    assert (answer.status, answer.text.strip()) == (
        503,
        '{"backend":true,"database":false,"problem":"The database is not responding."}',
    )


@pytest.mark.parametrize("is_replaced", [False, True])
def test_not_ready_on_another_file(world: World, is_replaced: bool) -> None:
    owner, file = world.browser(OWNER), Path(world.held_by().engine.url.database or "")
    content = file.read_bytes()
    file.unlink()
    if is_replaced:
        file.write_bytes(content)
    for app in (world.portal, world.another_portal()):  # one that has connections, and one that makes its first
        is_new = app is not world.portal and is_replaced
        answer = world.nobody(app).get("/readyz")
        assert answer.status == (200 if is_new else 503)
        assert ("The file of the database was deleted or replaced." in answer.text) is (app is world.portal)
    page = owner.get("/account")
    assert (page.status, page.h1) == (503, "The portal’s database is not available")


def test_stopping_node_is_not_ready(world: World) -> None:
    client = world.portal.test_client()
    answer = client.get("/readyz", environ_overrides={"portal.is_stopping": True})
    assert (answer.status_code, answer.json) == (
        503,
        {"backend": True, "database": True, "problem": "The node is stopping."},
    )
    assert client.get("/healthz", environ_overrides={"portal.is_stopping": True}).status_code == 200


def test_health_sets_no_cookie(world: World) -> None:
    for url in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in world.nobody().get(url).headers
