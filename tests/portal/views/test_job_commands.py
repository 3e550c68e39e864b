"""Retry, undo and outcomes that a later reading shows."""

import pytest
from sqlalchemy import update

from app.database import writing
from app.jobs.working import JobLoop
from app.portal.domain.audit import Action, Actor, Intent
from app.portal.domain.files import digest
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.portal.store.jobs.tables import JobItem
from tests.support import config_files
from tests.support.client import Browser
from tests.support.jobs import NOW, add_job, items, job_state, session_of, work
from tests.support.population import HEADQUARTERS, HQ
from tests.support.world import COLLEAGUE, OWNER, SYSTEM_ADMIN, World


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def add_ended_job(world: World, name: str, item_state: ItemState, **values: object) -> int:
    """A job that is over, with one device in this state."""
    job_id = add_job(world, name, state=JobState.DONE, **session_of(world, OWNER.username))
    values |= {"state": item_state, "lease_until": world.clock().timestamp()}
    with writing(world.held_by().engine) as db:
        db.execute(update(JobItem).where(JobItem.job_id == job_id).values(**values))
    return job_id


def edit(owner: Browser, description: str) -> None:
    url = f"{HQ}Reception/edit"
    assert owner.submit(owner.get(url), url, description=description).status == 303


def description(owner: Browser) -> str:
    return owner.get(f"{HQ}Reception/edit").form(f"{HQ}Reception/edit").fields["description"]


def test_undo_gives_devices_their_values_of_before(world: World, owner: Browser) -> None:
    before = description(owner)
    edit(owner, "Set by a job")
    job_id = add_ended_job(world, "Reception", ItemState.DONE, change_id=world.changes()[-1][0].id)
    url = owner.post(f"/jobs/{job_id}/undo").location or ""
    work(world)
    assert description(owner) == "Set by a job"
    owner.submit(owner.get(url), f"{url}start")
    work(world)
    assert description(owner) == before
    assert items(world)[1:] == [("Reception", ItemState.DONE, None)]


def test_only_its_owner_plans_starts_and_continues_a_job(world: World, owner: Browser) -> None:
    """It works with the owner's session, and the history names the owner."""
    whose = session_of(world, OWNER.username)
    draft = add_job(world, "Reception", "Fax", state=JobState.DRAFT, action="edit", checked_at=NOW, **whose)
    paused = add_job(world, "Reception", state=JobState.PAUSED, reason=JobReason.BY_PERSON, params={"by": "x"}, **whose)
    refused = add_ended_job(world, "Reception", ItemState.REFUSED, reason=ItemReason.NOT_SENT)
    sheet = add_job(world, "Reception", state=JobState.DRAFT, action="import", checked_at=NOW, plan={}, **whose)
    before = world.contents()
    commands = {
        f"/jobs/{draft}/plan": {"description_do": "set", "description": "Mine"},
        f"/jobs/{draft}/start": {"canary": "0", "pace": "60", "pause_after": "3"},
        f"/jobs/{draft}/leave-out": {"item": "1"},
        f"/jobs/{draft}/check": {},
        f"/jobs/{paused}/resume": {},
        f"/jobs/{refused}/retry": {},
        f"/jobs/{sheet}/check": {},
    }
    for member in (COLLEAGUE, SYSTEM_ADMIN):
        browser = world.browser(member)
        for url, fields in commands.items():
            answer = browser.post(url, **fields)  # type: ignore[arg-type]
            assert (answer.status, "works in the name of owner@acme.example" in answer.words) == (422, True), url
        browser.post(f"/jobs/{sheet}/sheet", existing="leave")
        page = browser.get(f"/jobs/{draft}/")
        assert "Only owner@acme.example can start this job" in page.words
        assert not [form.action for form in page.forms if form.action.endswith(("/start", "/check"))]
        assert not {"item", "difference"} & {name for form in page.forms for name in form.names}
        assert "Only owner@acme.example can continue it" in browser.get(f"/jobs/{paused}/").words
    after = world.contents()
    assert [before[name] for name in ("portal_jobs", "portal_job_items")] == [
        after[name] for name in ("portal_jobs", "portal_job_items")
    ]
    assert browser.post(f"/jobs/{paused}/cancel").status == 303
    assert owner.post(f"/jobs/{refused}/retry").status == 303


def test_undo_leaves_what_somebody_changed_since(world: World, owner: Browser) -> None:
    edit(owner, "Set by a job")
    change_id = world.changes()[-1][0].id
    job_id = add_ended_job(world, "Reception", ItemState.DONE, change_id=change_id)
    url = owner.post(f"/jobs/{job_id}/undo").location or ""
    work(world)
    draft = owner.get(url)
    edit(owner, "Set by hand")
    owner.submit(draft, f"{url}start")
    work(world)
    assert description(owner) == "Set by hand"
    assert items(world)[1:] == [("Reception", ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE)]
    assert OWNER.username in owner.get(url).words


def test_undo_brings_config_files_back(world: World, owner: Browser) -> None:
    config_files.apply(owner, config_files.upload(owner, b"first\n"))
    config_files.apply(owner, config_files.upload(owner, b"second\n"))
    job_id = add_ended_job(world, "Reception", ItemState.DONE, change_id=world.changes()[-1][0].id)
    url = owner.post(f"/jobs/{job_id}/undo").location or ""
    work(world)
    owner.submit(owner.get(url), f"{url}start")
    work(world)
    assert items(world)[1:] == [("Reception", ItemState.DONE, None)]
    assert world.changes()[-1][0].after["sha256"] == digest(b"first\n")


def test_job_that_changed_nothing_cannot_be_undone(world: World, owner: Browser) -> None:
    job_id = add_ended_job(world, "Reception", ItemState.DONE)
    page = owner.post(f"/jobs/{job_id}/undo")
    assert (page.status, "no change that can be undone" in page.words) == (422, True)


def test_retry_takes_refused_items_and_never_unknown_ones(world: World, owner: Browser) -> None:
    job_id = add_ended_job(world, "Reception", ItemState.REFUSED, reason=ItemReason.NOT_SENT)
    assert owner.post(f"/jobs/{job_id}/retry").status == 303
    work(world)
    assert items(world) == [("Reception", ItemState.DONE, ItemReason.BACK_ONLINE)]
    assert job_state(world) == (JobState.DONE, None)
    unknown = add_ended_job(world, "Fax", ItemState.UNKNOWN)
    assert owner.post(f"/jobs/{unknown}/retry").status == 422


@pytest.mark.parametrize(
    ("sent", "item_state"), [("", ItemState.DONE), ("never arrived", ItemState.REFUSED)], ids=["done", "not done"]
)
def test_reading_settles_an_item_whose_worker_was_lost(
    world: World, owner: Browser, sent: str, item_state: ItemState
) -> None:
    present = description(owner)
    before, after = ("older", present) if not sent else (present, sent)
    intent = Intent(Action.EDIT, HEADQUARTERS, "Reception", {"description": before}, {"description": after})
    actor = Actor(username=OWNER.username, role="", address="", request_id="")
    begun = world.held_by().audit_log.begin(intent, actor, world.clock())
    add_ended_job(world, "Reception", ItemState.UNKNOWN, change_id=begun.id, reason=ItemReason.WORKER_LOST)
    assert not JobLoop(world.held_by()).settle_next()  # it may still arrive
    world.clock.advance(minutes=10)
    work(world)
    assert items(world) == [("Reception", item_state, None)]


def test_job_offers_the_reboots_that_its_changes_wait_for(world: World, owner: Browser) -> None:
    config_files.apply(owner, config_files.upload(owner, b"first\n"))
    job_id = add_ended_job(world, "Reception", ItemState.DONE, change_id=world.changes()[-1][0].id)
    page = owner.get(f"/jobs/{job_id}/")
    assert "1 phone gets the change after a reboot" in page.words
    reboots = owner.submit(page, f"/jobs/{job_id}/reboot").location or ""
    work(world)
    owner.submit(owner.get(reboots), f"{reboots}start")
    work(world)
    assert world.changes()[-1][0].action == Action.REBOOT
    assert "after a reboot" not in owner.get(f"/jobs/{job_id}/").words
    assert owner.post(f"/jobs/{job_id}/reboot").status == 422
