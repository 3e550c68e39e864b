from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.boards import ADA, BEA, CYD, add_device
from tests.support.population import populate
from tests.support.postgres import settings_in_one_database
from tests.support.world import World

_DATABASES = [
    "sqlite_world",
    pytest.param(
        "postgresql_world",
        marks=[
            pytest.mark.xdist_group("postgresql"),
            pytest.mark.skipif(postgres.binaries() is None, reason=postgres.NOT_INSTALLED),
        ],
    ),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("world", _DATABASES, indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """The small world over SQLite; over PostgreSQL too for a test marked `both_databases`."""
    world: World = request.getfixturevalue(getattr(request, "param", "sqlite_world"))
    return world


@pytest.fixture
def base(world: World) -> World:
    """A DECT base of 8 ports with three people on it, and a portal that looks after it."""
    add_device(world, "Base", "Yealink-W60B", {ADA: 1, BEA: 2, CYD: 5})
    return world


@pytest.fixture
def phone(world: World) -> World:
    add_device(world, "Base", "Yealink-T46G", {ADA: 1, BEA: 2, CYD: 3})
    return world


@pytest.fixture(scope="session")
def small_world(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the small world in it, made once and copied for each test."""
    with postgres.database(postgresql, "small_world") as url:
        populate(settings_in_one_database(tmp_path_factory.mktemp("small_world"), url))
        yield "small_world"


@pytest.fixture
def postgresql_world(postgresql: str, small_world: str, compiled_templates: Path, tmp_path: Path) -> Iterator[World]:
    with postgres.database(postgresql, "portal", small_world) as url:
        world = World(settings_in_one_database(tmp_path, url), compiled_templates)
        yield world
        world.close()
