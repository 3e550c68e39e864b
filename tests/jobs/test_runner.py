"""Turns of tasks: what ends them, and when the next is due."""

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from app.jobs.runner import Ending, Runner, Task
from app.jobs.turn import Turn
from app.portal.store.tasks import TaskState, TaskStore
from tests.support.world import World


def run(world: World, work: Callable[[Turn], Ending], stopping: Event | None = None) -> TaskState:
    """Run a task until it is idle, and return its state."""
    store: TaskStore = world.held_by().tasks
    Runner([Task("work", work)], store, 30, stopping or Event()).run_until_idle()
    [state] = store.list_states()
    return state


def test_task_is_worked_on_until_it_has_no_more_to_do(world: World) -> None:
    endings = [Ending(0), Ending(0, "a problem"), Ending(90)]
    state = run(world, lambda _turn: endings.pop(0))
    assert endings == []
    assert (state.is_running, state.due_in, state.problem) == (False, 90, "")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ZeroDivisionError(), "an error of the program (ZeroDivisionError), which the log describes"),
        (OperationalError("SELECT", {}, Exception()), "the database failed; the log says how"),
    ],
)
def test_error_is_logged_and_task_tried_again(
    world: World, caplog: pytest.LogCaptureFixture, error: Exception, problem: str
) -> None:
    def fail(_turn: Turn) -> Ending:
        raise error

    state = run(world, fail)
    assert (state.is_running, state.due_in, state.problem) == (False, 60, problem)
    assert type(error).__name__ in caplog.text


def test_task_of_process_that_ends_stays_due(world: World) -> None:
    stopping = Event()

    def stop(turn: Turn) -> Ending:
        stopping.set()
        turn.wait(60)
        return Ending(60)

    state = run(world, stop, stopping)
    assert (state.is_running, state.due_in, state.ended_ago) == (False, 0, None)


def test_lost_lease_ends_the_turn(world: World) -> None:
    store = world.held_by().tasks

    def lose(turn: Turn) -> Ending:
        world.clock.advance(minutes=1)
        assert store.acquire("work", 60)  # somebody else takes over
        turn.renew()
        turn.check()
        return Ending(0)

    state = run(world, lose)
    assert (state.is_running, state.ended_ago) == (True, None)
