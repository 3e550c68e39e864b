"""The same form sent twice: within half a minute it is a double click, after that another wish."""

import pytest

from tests.support.devices import NEW_T46, create_device
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, World


@pytest.mark.parametrize(("seconds", "status"), [(0, 303), (30, 303), (30.001, 422)])
def test_double_click_window_is_30_seconds(world: World, seconds: float, status: int) -> None:
    owner = world.browser(OWNER)
    assert create_device(owner, **NEW_T46).location == f"{HQ}Fresh/"
    world.clock.advance(seconds=seconds)
    assert create_device(owner, **NEW_T46).status == status


def test_another_persons_creation_is_no_double_click(world: World) -> None:
    create_device(world.browser(OWNER), **NEW_T46)
    assert create_device(world.browser(COLLEAGUE), **NEW_T46).status == 422
