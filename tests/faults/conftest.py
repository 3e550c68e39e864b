from collections.abc import Iterator

import pytest

from tests.faults.server import FaultServer


@pytest.fixture
def backend() -> Iterator[FaultServer]:
    """A backend that carries out everything with `{}`."""
    with FaultServer() as server:
        yield server
