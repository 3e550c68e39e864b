"""What becomes of the reboots of a job whose owner loses the right or the session before they are done or followed."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from app.database import writing
from app.jobs.working import JobLoop
from app.portal.domain.audit import Action
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.reference_api.tables import UserAccount
from tests.support.jobs import add_job, create, items, job_state, session_of, work
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World


def take_level(world: World, username: str) -> None:
    with writing(world.api_engine) as db:
        db.execute(update(UserAccount).where(UserAccount.username == username).values(level=0))


def end_by_staff(world: World, username: str) -> None:
    world.browser(SYSTEM_ADMIN).post("/staff/sessions/end", username=username)


def end_account(world: World, username: str) -> None:
    world.end_backend_sessions()
    with writing(world.api_engine) as db:
        db.execute(delete(UserAccount).where(UserAccount.username == username))


SIGN_IN = JobReason.SIGN_IN, "Sign in again to continue."
NO_RIGHT = JobReason.NO_RIGHT, "The platform refuses this account access"


@pytest.mark.parametrize(
    ("member", "lose", "expected"),
    [
        (OWNER, take_level, NO_RIGHT),
        (OWNER, end_by_staff, SIGN_IN),
        (OWNER, end_account, SIGN_IN),
        (SUPPORT, take_level, NO_RIGHT),
    ],
)
def test_right_lost_before_the_reboot_afterwards_stops_it(
    world: World, member: Member, lose: Callable[[World, str], None], expected: tuple[JobReason, str]
) -> None:
    person = world.browser(member)
    url = create(person, "edit", "acme/headquarters/Reception")
    person.post(f"{url}plan", description_do="set", description="From a job")
    work(world)
    person.submit(person.get(url), f"{url}start", reboot_after="y", canary="0", pace="1")
    work(world)
    lose(world, member.username)
    world.clock.advance(seconds=61)
    work(world)
    reason, words = expected
    assert items(world) == [("Reception", ItemState.DONE, None), ("Reception", ItemState.WAITING, None)]
    assert job_state(world) == (JobState.WAITING, reason)
    assert words in world.browser(TENANT_ADMIN).get(url).words
    assert [change.action for change, _ in world.changes()] == [Action.EDIT]


def test_reboot_without_its_owner_is_no_longer_followed(world: World) -> None:
    world.browser(OWNER)
    job_id = add_job(world, "Reception", **session_of(world, OWNER.username))
    JobLoop(world.held_by()).run_until_idle()
    take_level(world, OWNER.username)
    world.clock.advance(seconds=121)
    work(world)
    assert items(world) == [("Reception", ItemState.DONE, ItemReason.NO_STATUS)]
    words = world.browser(TENANT_ADMIN).get(f"/jobs/{job_id}/").words
    assert "Its status could not be read. The platform refuses this account access" in words
