import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database import connect, upgrade
from app.reference_api import MIGRATIONS, VERSION_TABLE, ReferenceSettings, create_reference_api
from tests.reference_api.world import Api, Clock, CountingHasher, World


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test works on a copy."""
    file = tmp_path_factory.mktemp("reference_api") / "empty.db"
    engine = connect(f"sqlite:///{file}")
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    engine.dispose()
    return file


@pytest.fixture
def world(empty_database: Path, tmp_path: Path) -> Iterator[World]:
    """The cast and its places, without devices."""
    file = shutil.copy(empty_database, tmp_path / "world.db")
    world = build(f"sqlite:///{file}")
    yield world
    world.engine.dispose()


def build(url: str) -> World:
    clock, hasher = Clock(), CountingHasher()
    settings = ReferenceSettings(database_url=url, clock=clock)
    world = World(create_reference_api(settings, hasher), clock, hasher)
    world.people_and_places()
    return world


@pytest.fixture
def owner(world: World) -> Api:
    """Group admin of acme / headquarters."""
    return world.signed_in("owner")
