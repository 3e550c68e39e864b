"""How a job runs, as its owner chooses it on the page of the draft and commands it afterwards."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import reading, writing
from app.jobs.working import JobLoop
from app.portal.domain.audit import Action
from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.platform_limits import Operation
from tests.support.client import Browser, Page
from tests.support.jobs import NOW, add_job, items, job_state, session_of
from tests.support.population import HQ
from tests.support.world import OWNER, World


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def add_draft(world: World, *names: str, **values: Any) -> str:
    usual = {"state": JobState.DRAFT, "checked_at": NOW, **session_of(world, OWNER.username)}
    return f"/jobs/{add_job(world, *names, **{**usual, **values})}/"


def work(world: World, seconds: int = 1) -> None:
    """Let the background process work while so many seconds pass, some at a time where they are many."""
    jobs, step = JobLoop(world.held_by()), 1 if seconds < 20 else 5
    for _ in range(0, seconds, step):
        world.clock.advance(seconds=step)
        jobs.run_until_idle()


def job(world: World) -> Job:
    with reading(world.held_by().engine) as db:
        return db.scalars(select(Job).order_by(Job.id.desc())).first() or Job()


def start(browser: Browser, url: str, **typed: str) -> Page:
    return browser.submit(browser.get(url), f"{url}start", **typed)


API = "tenants/acme/groups/headquarters/access_devices/"
BERLIN = {"zone": "Europe/Berlin", "start_at": "2026-03-29T02:30"}


UNUSABLE: Sequence[tuple[dict[str, str], str]] = [
    ({"canary": "-1"}, "Must be a whole number from 0"),
    ({"canary": "three"}, "Must be a whole number from 0"),
    ({"pace": "0"}, "Must be a whole number from 1"),
    ({"pace": "1.5"}, "Must be a whole number from 1"),
    ({"pace": "٣"}, "Must be a whole number from 1"),
    ({"pause_after": "1e3"}, "Must be a whole number from 0"),
    ({"start_at": "2026-03-02T09:30"}, "2026-03-02 09:30, UTC is over"),
    ({"start_at": "tomorrow"}, "Enter a date and a time"),
    ({"start_at": "2026-02-30T10:00"}, "Enter a date and a time"),
    ({"start_at": "9999-12-31T23:59", "zone": "America/New_York"}, "Enter a date and a time"),
    ({"start_at": "2027-03-04T09:30"}, "Must be within a year"),
    ({**BERLIN, "zone": "Moon/Base"}, "Enter the name of a time zone"),
    ({**BERLIN, "zone": ""}, "Enter the name of a time zone"),
    ({"note": "x" * 201}, "1 character too many"),
]


def test_options_that_cannot_be_used_leave_a_draft(world: World, owner: Browser) -> None:
    url = add_draft(world, "Reception")
    for typed, words in UNUSABLE:
        page = start(owner, url, **typed)
        assert page.status == 422, typed
        assert words in page.words
        sent = page.form(f"{url}start").fields
        assert {name: sent[name] for name in typed} == typed
        assert job_state(world) == (JobState.DRAFT, None)
    assert start(owner, url).status == 303


def test_reboot_afterwards_is_refused_of_a_reboot(world: World, owner: Browser) -> None:
    url = add_draft(world, "Reception")
    assert owner.post(f"{url}start", reboot_after="on").status == 422
    assert owner.post(f"{url}start", reboot_after="0").status == 303
    assert not job(world).reboot_after


def test_scheduled_job_starts_at_its_time(world: World, owner: Browser) -> None:
    """At 02:30 in the night in which there is none, which is 01:30 UTC."""
    url = add_draft(world, "Reception")
    assert start(owner, url, **BERLIN).status == 303
    page = owner.get(url)
    assert "Starts 2026-03-29 02:30, Europe/Berlin. The clocks go forward that day" in page.words
    world.clock.now = datetime(2026, 3, 29, 1, 29, 50, tzinfo=UTC)
    work(world, 5)
    assert job_state(world) == (JobState.SCHEDULED, None)
    assert not job(world).started_at
    work(world, 10)
    assert job_state(world) != (JobState.SCHEDULED, None)
    assert job(world).started_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("late", [4, 6])
def test_missed_start_waits_for_a_person(world: World, owner: Browser, late: int) -> None:
    """As after a time in which no process ran, and where the clock of the database is set forward."""
    url = add_draft(world, "Reception")
    start(owner, url, start_at="2026-10-25T02:30", zone="Europe/Berlin")
    assert "02:30 comes twice" in owner.get(url).words
    world.clock.now = datetime(2026, 10, 25, 0, 30 + late, tzinfo=UTC)
    owner.sign_in(OWNER.username, "correct horse battery")
    work(world)
    if late < 5:
        assert job(world).started_at == world.clock()
        return
    assert job_state(world) == (JobState.WAITING, JobReason.MISSED_START)
    assert "The start was missed (2026-10-25 02:30, Europe/Berlin)" in owner.get(url).words
    assert not world.changes()
    owner.submit(owner.get(url), f"{url}resume")
    work(world)
    assert items(world) == [("Reception", ItemState.DONE, ItemReason.REBOOTING)]


def test_scheduled_job_is_commanded_before_its_time(world: World, owner: Browser) -> None:
    url = add_draft(world, "Reception")
    start(owner, url, start_at="2026-03-02T10:00")
    owner.submit(owner.get(url), f"{url}pause")
    work(world)
    assert job_state(world) == (JobState.PAUSED, JobReason.BY_PERSON)
    owner.submit(owner.get(url), f"{url}resume")
    assert job_state(world) == (JobState.SCHEDULED, None)  # not sooner than was said
    owner.submit(owner.get(url), f"{url}resume")
    assert job_state(world) == (JobState.RUNNING, None)
    assert job(world).started_at == world.clock()
    other = add_draft(world, "Fax")
    start(owner, other, start_at="2026-03-02T10:00")
    owner.submit(owner.get(other), f"{other}cancel")
    assert job_state(world) == (JobState.CANCELLED, JobReason.BY_PERSON)


def test_canary_outlasts_a_pause(world: World, owner: Browser) -> None:
    url = add_draft(world, "Reception", "Fax", "Desk 01")
    start(owner, url, canary="2", pace="60")
    work(world)
    owner.submit(owner.get(url), f"{url}pause")
    owner.submit(owner.get(url), f"{url}resume")
    work(world, 5)
    assert [item[1] for item in items(world)] == [ItemState.DONE, ItemState.DONE, ItemState.WAITING]
    assert job_state(world) == (JobState.RUNNING, None)  # as long as the devices are followed
    work(world, 25)
    assert job_state(world) == (JobState.WAITING, JobReason.CANARY)
    owner.submit(owner.get(url), f"{url}resume")
    work(world, 3)
    assert [item[1] for item in items(world)] == [ItemState.DONE] * 3


def test_unknown_zone_of_a_scheduled_job_is_a_missed_start(world: World, owner: Browser) -> None:
    url = add_draft(world, "Reception")
    start(owner, url, start_at="2026-03-02T10:00")
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).values(zone="Moon/Base"))
    work(world)
    assert job_state(world) == (JobState.WAITING, JobReason.MISSED_START)
    assert owner.get(url).status == 200


def test_rebooted_devices_are_followed_until_they_are_back(world: World, owner: Browser) -> None:
    """Few of a group by their details, more by its list; one that cannot be read is given up in the end."""
    names = ["Reception", "Fax", "Desk 01", "Desk 02"]
    url = add_draft(world, *names)
    start(owner, url, pace="6000")
    work(world, 5)
    assert {item[1:] for item in items(world)} == {(ItemState.DONE, ItemReason.REBOOTING)}
    assert "Went offline after" in owner.get(url).words
    world.tell_api("DELETE", f"{API}Fax/", None)
    work(world, 25)
    assert [item[2] for item in items(world) if item[0] != "Fax"] == [ItemReason.BACK_ONLINE] * 3
    assert "Back online after" in owner.get(url).words
    assert job_state(world) == (JobState.RUNNING, None)
    world.clock.advance(seconds=100)
    work(world, 2)
    assert items(world)[1] == ("Fax", ItemState.DONE, ItemReason.NO_STATUS)
    assert job_state(world) == (JobState.DONE, None)


def test_change_is_followed_by_one_reboot_of_its_device(world: World, owner: Browser) -> None:
    """As a change of its own, within the first devices; not where the type has no reboot."""
    for name in ("Reception", "Fax"):
        page = owner.get(f"{HQ}{name}/edit")
        owner.submit(page, f"{HQ}{name}/edit", description="Set by hand")
    url = add_draft(world, "Reception", "Fax", action="undo", state=JobState.CHECKING)
    with writing(world.held_by().engine) as db:
        for number, (change, _) in enumerate(world.changes(), start=1):
            undone = {"plan": {"change_id": change.id}, "verdict": None}
            db.execute(update(JobItem).where(JobItem.number == number).values(**undone))
    work(world)
    start(owner, url, reboot_after="y", canary="1", pace="6000")
    work(world, 30)
    assert items(world) == [
        ("Reception", ItemState.DONE, None),
        ("Fax", ItemState.WAITING, None),
        ("Reception", ItemState.DONE, ItemReason.BACK_ONLINE),
    ]
    assert job_state(world) == (JobState.WAITING, JobReason.CANARY)
    device_type = world.tell_api("GET", f"{API}Fax/", None)["deviceType"]
    world.held_by().platform_limits.learn(Operation.REBOOT, NOW, device_type)
    owner.submit(owner.get(url), f"{url}resume")
    work(world, 30)
    assert items(world)[3] == ("Fax", ItemState.UNCHANGED, ItemReason.CANNOT_REBOOT)
    assert "cannot be rebooted" in owner.get(url).words
    assert job_state(world) == (JobState.DONE, None)
    reboots = [change.device_name for change, _ in world.changes() if change.action == Action.REBOOT]
    assert reboots == ["Reception"]


def test_jobs_beyond_the_limits_are_refused(world: World) -> None:
    app = world.another_portal(job_items=2, jobs_per_person=1)
    owner = world.browser(OWNER, app)

    def create(*names: str) -> Page:
        devices = [f"acme/headquarters/{name}" for name in names]
        return owner.open("/jobs/", "POST", data={"csrf_token": owner.token(), "action": "edit", "device": devices})

    page = create("Reception", "Fax", "Gone")
    assert (page.status, "A job can have at most 2 devices, and you selected 3." in page.words) == (422, True)
    url = create("Reception").location or ""
    page = create("Fax")
    assert (page.status, "You have 1 unfinished job, drafts included" in page.words) == (422, True)
    assert owner.post(f"{url}cancel").status == 303
    assert create("Fax").status == 303


def test_jobs_on_one_device_follow_each_other(world: World, owner: Browser) -> None:
    """The second reads the device when its turn comes, not while the first works on it."""
    first, second = add_draft(world, "Reception"), add_draft(world, "Reception", "Fax")
    start(owner, first)
    start(owner, second)
    claims = world.held_by().jobs.claims
    in_hand = claims.claim()
    assert in_hand
    work(world, 2)
    assert [item[:2] for item in items(world)] == [
        ("Reception", ItemState.CLAIMED),
        ("Reception", ItemState.WAITING),
        ("Fax", ItemState.DONE),
    ]
    claims.give_back(in_hand)
    work(world, 5)
    assert [item[1] for item in items(world)] == [ItemState.DONE] * 3
    assert [change.device_name for change, _ in world.changes()] == ["Fax", "Reception", "Reception"]
