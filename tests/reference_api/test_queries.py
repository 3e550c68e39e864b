"""The number of queries does not depend on the number of rows."""

import pytest

from tests.support.api_world import HEADQUARTERS, World
from tests.support.statements import record_statements


@pytest.mark.parametrize(
    "path",
    [
        HEADQUARTERS,
        (*HEADQUARTERS, "desk 0", "connected_users"),
        (*HEADQUARTERS[:-1], "device_end_points"),
        ("search", "device"),
    ],
)
def test_query_count_is_constant(world: World, path: tuple[str, ...]) -> None:
    admin = world.signed_in("admin")
    world.device("desk 0", lines=[1])
    with record_statements(world.engine) as few:
        assert admin.get(*path).status_code == 200
    for number in range(1, 30):
        world.device(f"desk {number}", lines=[1, 2, 3])
    with record_statements(world.engine) as many:
        assert admin.get(*path).status_code == 200
    assert len(many) - many.count("BEGIN") == len(few) - few.count("BEGIN") <= 5
