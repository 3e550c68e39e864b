"""A database that fails: before a write nothing is sent, and after it nothing hides how it went."""

import contextlib
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.services.changes import Done, Door, NotNotedError
from tests.portal.test_changes import INTENT, door, nothing, outcomes
from tests.world import World

__all__ = ["door"]


@contextlib.contextmanager
def failing(world: World, failing_statement: str, of: str = "") -> Iterator[None]:
    """A database that carries out no such statement; of those, only the ones with this value."""
    engine = world.held_by().engine

    def fail(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if failing_statement in statement and of in str(values):
            raise OperationalError(statement, None, OSError("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def test_an_outcome_that_cannot_be_noted_does_not_make_the_write_a_failure(world: World, door: Door) -> None:
    with failing(world, "INSERT INTO portal_outcomes"):
        assert door.write(INTENT, lambda: "made", recheck=nothing, look=nothing) == Done("made")
    assert outcomes(world) == [[]]


def test_nothing_that_fails_in_the_database_once_it_was_sent_hides_how_it_went(world: World, door: Door) -> None:
    with contextlib.ExitStack() as failures:

        def call(error: ApiError | None = None) -> str:
            failures.enter_context(failing(world, "portal_list_versions"))
            if error:
                raise error
            return "made"

        assert door.write(INTENT, call, recheck=nothing, look=nothing) == Done("made")
        failures.close()
        with pytest.raises(ApiNotFound):
            door.write(INTENT, lambda: call(ApiNotFound("gone")), recheck=nothing, look=nothing)
    assert outcomes(world) == [["applied"], ["refused"]]


@pytest.mark.parametrize(
    ("statement", "noted"),
    [
        ("INSERT INTO portal_changes", []),
        ("portal_list_versions", [["refused"]]),
        ("FROM portal_changes", [["refused"]]),
    ],
)
def test_what_the_database_does_not_let_be_noted_is_not_sent(
    world: World, door: Door, statement: str, noted: list[list[str]]
) -> None:
    sent: list[None] = []
    with failing(world, statement), pytest.raises(NotNotedError):
        door.write(INTENT, lambda: sent.append(None), recheck=nothing, look=nothing)
    assert (sent, outcomes(world)) == ([], noted)
