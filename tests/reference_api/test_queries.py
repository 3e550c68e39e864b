"""How many questions a call asks the database must not depend on how much there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.support.api_world import HEADQUARTERS, World


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [HEADQUARTERS, (*HEADQUARTERS, "desk 0", "connected_users"), ("search", "device")])
def test_a_list_costs_the_same_queries_however_long_it_is(world: World, path: tuple[str, ...]) -> None:
    admin = world.signed_in("admin")
    world.device("desk 0", lines=[1])
    with counted(world.engine) as few:
        assert admin.get(*path).status_code == 200
    for number in range(1, 30):
        world.device(f"desk {number}", lines=[1, 2, 3])
    with counted(world.engine) as many:
        assert admin.get(*path).status_code == 200
    assert len([one for one in many if one != "BEGIN"]) == len([one for one in few if one != "BEGIN"]) <= 5
