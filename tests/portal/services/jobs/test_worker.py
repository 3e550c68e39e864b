"""Items of a job carried out in the name of its owner, over the reference API."""

from typing import Any

import pytest
from sqlalchemy import select

from app.database import reading
from app.jobs.working import JobLoop
from app.portal.domain.audit import Action
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.portal.store.jobs.tables import Job
from tests.support.client import Browser
from tests.support.jobs import add_job, items
from tests.support.population import HQ
from tests.support.world import OWNER, World


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def add_reboots(world: World, *names: str, **values: Any) -> int:
    [session] = world.held_by().sessions.of(OWNER.username, world.clock())
    return add_job(world, *names, session_id=session.id, **values)


def run(world: World) -> None:
    jobs = JobLoop(world.held_by())
    for _ in range(20):
        jobs.run_until_idle()
        world.clock.advance(seconds=1)


def job_state(world: World) -> tuple[str, str | None]:
    with reading(world.held_by().engine) as db:
        [job] = db.scalars(select(Job))
        return job.state, job.reason


def test_each_device_is_rebooted_once_and_has_its_entry(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception", "Gone", note="Ticket 4711")
    run(world)
    assert items(world) == [
        ("Reception", ItemState.DONE, None),
        ("Gone", ItemState.SKIPPED, ItemReason.GONE_MEANWHILE),
    ]
    assert job_state(world) == (JobState.DONE, None)
    [(change, outcomes)] = world.changes()
    assert (change.action, change.username, change.note, outcomes) == (
        Action.REBOOT,
        OWNER.username,
        "Ticket 4711",
        ["applied"],
    )
    assert owner.get(f"{HQ}Reception/history/").status == 200


def test_ended_session_holds_the_job(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception")
    owner.submit(owner.get("/account"), "/logout")
    run(world)
    assert items(world) == [("Reception", ItemState.WAITING, None)]
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)
    assert not world.changes()


def test_session_that_ended_at_the_platform_holds_the_job(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception")
    world.end_backend_sessions()
    run(world)
    assert items(world) == [("Reception", ItemState.WAITING, None)]
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)


def test_owner_of_another_group_is_stopped(world: World, owner: Browser) -> None:
    add_reboots(world, "AMS", tenant_id="globex", group_id="amsterdam")
    run(world)
    assert job_state(world) == (JobState.WAITING, JobReason.NO_RIGHT)
    assert not world.changes()
