from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.boards import ADA, BEA, CYD, add
from tests.support.over_postgresql import in_one_database
from tests.support.population import populate
from tests.support.world import World


@pytest.fixture
def base(world: World) -> World:
    """A DECT base of 8 ports with three people on it, and a portal that looks after it."""
    add(world, "Base", "Yealink-W60B", {ADA: 1, BEA: 2, CYD: 5})
    return world


@pytest.fixture
def phone(world: World) -> World:
    add(world, "Base", "Yealink-T46G", {ADA: 1, BEA: 2, CYD: 3})
    return world


@pytest.fixture(scope="session")
def small_world(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the small world in it, made once and copied for each test."""
    with postgres.database(postgresql, "small_world") as url:
        populate(in_one_database(tmp_path_factory.mktemp("small_world"), url))
        yield "small_world"
