from collections.abc import Iterator

import pytest

from tests.support.faults.portal import Faulty, faulty_world
from tests.support.faults.server import FaultServer
from tests.support.world import World


@pytest.fixture
def backend() -> Iterator[FaultServer]:
    """A backend that carries out everything with `{}`."""
    with FaultServer() as server:
        yield server


@pytest.fixture
def faulty(world: World) -> Iterator[Faulty]:
    """The portal over the reference API, through a wire that can fail."""
    with faulty_world(world) as faulty:
        yield faulty
