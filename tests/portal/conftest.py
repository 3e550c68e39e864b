import pytest

from tests.portal.boards import ADA, BEA, CYD, add
from tests.world import World


@pytest.fixture
def base(world: World) -> World:
    """A DECT base of 8 ports with three people on it, and a portal that looks after it."""
    add(world, "Base", "Yealink-W60B", {ADA: 1, BEA: 2, CYD: 5})
    return world


@pytest.fixture
def phone(world: World) -> World:
    add(world, "Base", "Yealink-T46G", {ADA: 1, BEA: 2, CYD: 3})
    return world
