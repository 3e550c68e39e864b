"""Items of a job carried out in the name of its owner, over the reference API."""

from typing import Any

import pytest

from app.jobs.working import JobLoop
from app.portal.domain.audit import Action, by_itself
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from tests.support.client import Browser
from tests.support.jobs import add_job, items, job_state, session_of, work
from tests.support.json_log import json_log
from tests.support.population import HQ
from tests.support.world import OWNER, PASSWORD, SYSTEM_ADMIN, TENANT_ADMIN, World


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def add_reboots(world: World, *names: str, **values: Any) -> int:
    return add_job(world, *names, **session_of(world, OWNER.username), **values)


def test_each_device_is_rebooted_once_and_has_its_entry(world: World, owner: Browser) -> None:
    with json_log() as log:
        job = add_reboots(world, "Reception", "Gone", note="Ticket 4711")
        work(world)
        lines = [(line["job"], line["message"], line["reason"]) for line in log() if "job " in line["message"]]
        told = str(log())
    about = f"job {job}"
    assert sorted(lines) == [
        (job, f"{about}, item 1: done", "rebooting"),
        (job, f"{about}, item 2: skipped", "gone since"),
        (job, f"{about}: done", ""),
    ]
    assert [text for text in ("Reception", "Ticket", PASSWORD) if text in told] == []
    assert items(world) == [
        ("Reception", ItemState.DONE, ItemReason.BACK_ONLINE),
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


def sign_out(owner: Browser) -> None:
    asked = owner.submit(owner.get("/account"), "/logout")
    assert "1 running job" in asked.h1
    assert owner.get("/account").status == 200
    owner.post("/logout", confirm="1")


def test_signing_out_asks_and_holds_the_job(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception")
    sign_out(owner)
    work(world)
    assert items(world) == [("Reception", ItemState.WAITING, None)]
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)
    assert not world.changes()


def test_signed_in_again_the_owner_continues_the_job(world: World, owner: Browser) -> None:
    job_id = add_reboots(world, "Reception")
    world.end_backend_sessions()
    work(world)
    assert items(world) == [("Reception", ItemState.WAITING, None)]
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)
    tenant_admin = world.browser(TENANT_ADMIN)
    assert tenant_admin.post(f"/jobs/{job_id}/resume").status == 422  # it is not his session
    again = world.browser(OWNER)
    assert again.post(f"/jobs/{job_id}/resume").status == 303
    work(world)
    assert items(world) == [("Reception", ItemState.DONE, ItemReason.BACK_ONLINE)]


def test_session_that_staff_ends_holds_the_job(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception")
    world.browser(SYSTEM_ADMIN).post("/staff/sessions/end", username=OWNER.username)
    work(world)
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)
    assert not world.changes()


def test_signing_in_anew_stops_no_job(world: World, owner: Browser) -> None:
    add_reboots(world, "Reception")
    world.clock.advance(hours=9)  # the portal's session is over by now, the platform's is not
    owner.sign_in(OWNER.username, PASSWORD)
    work(world)
    assert items(world) == [("Reception", ItemState.DONE, ItemReason.BACK_ONLINE)]


def test_support_role_that_is_removed_stops_a_deletion(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    add_job(world, "Reception", action="delete", **session_of(world, SYSTEM_ADMIN.username))
    world.held_by().support_roles.give(SYSTEM_ADMIN.username, by_itself("a test"))
    work(world)
    assert job_state(world) == (JobState.WAITING, JobReason.NO_RIGHT)
    assert admin.get(f"{HQ}Reception/").status == 200


def test_owner_of_another_group_is_stopped(world: World, owner: Browser) -> None:
    add_reboots(world, "AMS", tenant_id="globex", group_id="amsterdam")
    work(world)
    assert job_state(world) == (JobState.WAITING, JobReason.NO_RIGHT)
    assert not world.changes()


def reboot_signed_out(world: World, owner: Browser, hours: int) -> None:
    """Reboot a device, sign out, and let the service account try another one so many hours later."""
    app = world.another_portal(service_username=SYSTEM_ADMIN.username, service_password=PASSWORD)
    jobs = JobLoop(world.held_by(app))
    add_reboots(world, "Reception", "Fax", pace=60)
    jobs.run_until_idle()
    sign_out(owner)
    world.clock.advance(hours=hours)
    jobs.run_until_idle()


def test_service_account_goes_on_for_an_owner_who_signed_out(world: World, owner: Browser) -> None:
    reboot_signed_out(world, owner, hours=11)
    assert [item[1] for item in items(world)] == [ItemState.DONE, ItemState.DONE]
    reboots = [change for change, _ in world.changes() if change.action == Action.REBOOT]
    assert [(change.username, change.by_service_account) for change in reboots] == [
        (OWNER.username, False),
        (OWNER.username, True),
    ]
    history = world.browser(SYSTEM_ADMIN).get("/history/").words
    assert history.count(f"By the service account for {OWNER.username}.") == 1


def test_service_account_does_not_go_on_for_ever(world: World, owner: Browser) -> None:
    reboot_signed_out(world, owner, hours=13)
    assert [item[1] for item in items(world)] == [ItemState.DONE, ItemState.WAITING]
    assert job_state(world) == (JobState.WAITING, JobReason.SIGN_IN)
