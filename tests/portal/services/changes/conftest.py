import pytest

from app.portal.services.changes.executor import ChangeExecutor
from tests.support.changes import ACTOR
from tests.support.world import World


@pytest.fixture
def executor(world: World) -> ChangeExecutor:
    held = world.held_by()
    return ChangeExecutor(held.audit_log, ACTOR, held.settings.longest_write, world.clock)
