"""The pages of jobs: preview, outcomes, the list, and the signs of jobs on other pages."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import reading, writing
from app.portal.domain.jobs import ItemReason, ItemState, JobState, Verdict
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.client import Browser, Page
from tests.support.jobs import add_job, session_of, state_on, work
from tests.support.world import COLLEAGUE, OWNER, STRANGER, TENANT_ADMIN, World

HOSTILE = "<img src=x onerror=alert(1)>/=1+1"


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def set_items(world: World, job_id: int, values_by_name: Mapping[str, Mapping[str, object]]) -> None:
    """Write values of items, by the names of their devices."""
    with writing(world.held_by().engine) as db:
        for name, values in values_by_name.items():
            is_meant = (JobItem.job_id == job_id) & (JobItem.device_name == name)
            db.execute(update(JobItem).where(is_meant).values(**values))


def checked_by_owner(world: World) -> Mapping[str, Any]:
    return {"checked_at": world.clock.now, **session_of(world, OWNER.username)}


def names_on(page: Page) -> list[str]:
    """The devices in the table of a job."""
    return [
        "".join(cell.itertext()).strip()
        for cell in page.document.iter("th")
        if cell.get("scope") == "row" and "c-name" in cell.get("class", "")
    ]


def test_preview_is_filtered_left_out_and_checked_again(world: World, owner: Browser) -> None:
    job_id = add_job(world, "Reception", "Lobby", "Kitchen", HOSTILE, state=JobState.DRAFT, **checked_by_owner(world))
    turn = [["Transport", "<b>TCP</b>", "TLS"]]
    set_items(
        world,
        job_id,
        {
            "Reception": {"people": 3, "seen": {"changes": turn}},
            "Lobby": {"people": None},
            "Kitchen": {"verdict": Verdict.UNCHANGED, "state": ItemState.UNCHANGED, "reason": ItemReason.UNCHANGED},
        },
    )
    url = f"/jobs/{job_id}/"
    page = owner.get(url)
    assert "3 of 4 devices will reboot" in page.words
    assert "3 people lose service for about a minute. Not known for 2 devices." in page.words
    assert "Transport <b>TCP</b> becomes TLS" in page.words
    assert "Start 3 reboots" in page.words
    assert HOSTILE in page.words
    assert names_on(owner.get(f"{url}?verdict=unchanged")) == ["Kitchen"]
    assert names_on(owner.get(f"{url}?verdict=nonsense")) == ["Reception", "Lobby", "Kitchen", HOSTILE]
    [lobby] = [box for box in page.document.iter("input") if box.get("aria-label") == "Select Lobby"]
    token = {"csrf_token": owner.token()}
    assert owner.open(f"{url}leave-out", "POST", data=token).status == 422
    assert owner.open(f"{url}leave-out", "POST", data={**token, "item": [lobby.attrib["value"], "x"]}).status == 303
    assert "2 of 4 devices will reboot" in owner.get(url).words
    assert names_on(owner.get(f"{url}?verdict=left-out")) == ["Lobby"]
    assert owner.open(f"{url}check", "POST", data=token).status == 303
    assert state_on(owner.get(url)) == JobState.CHECKING
    assert "1 of 4 devices checked" in owner.get(url).words
    work(world)
    assert names_on(owner.get(f"{url}?verdict=left-out")) == ["Lobby"]
    assert owner.open(f"{url}leave-out", "POST", data={**token, "item": lobby.attrib["value"]}).status == 422


@pytest.mark.both_databases
def test_equal_changes_are_one_row(world: World, owner: Browser) -> None:
    names = [f"Phone {number}" for number in range(1, 31)]
    values = {"action": "edit", "title": "Set Transport to TLS", "plan": {"values": {"transport": "TLS"}}}
    job_id = add_job(world, *names, state=JobState.DRAFT, **values, **checked_by_owner(world))
    of_tcp, of_udp = (
        {"difference": before, "people": 2, "seen": {"changes": [["Transport", before, "TLS"]]}}
        for before in ("TCP", "UDP")
    )
    refused = {"verdict": Verdict.REFUSED, "state": ItemState.REFUSED, "reason": ItemReason.NOT_SENT}
    set_items(world, job_id, dict.fromkeys(names[:24], of_tcp) | dict.fromkeys(names[24:28], of_udp))
    set_items(world, job_id, {name: {**refused, "difference": "no", "params": {"words": "No."}} for name in names[28:]})
    url = f"/jobs/{job_id}/"
    page = owner.get(url)
    assert names_on(page) == ["2 devices", "24 devices", "4 devices"]
    assert "24 devices Will change Transport TCP becomes TLS 48 people" in page.words
    opened = next(link for link in page.links() if link.endswith("waiting..TCP"))
    assert names_on(owner.get(opened)) == ["2 devices", "24 devices", *names[:20], "4 devices"]
    all_of_them = next(link for link in owner.get(opened).links() if "?difference=" in link)
    assert names_on(owner.get(all_of_them)) == names[:24]
    assert names_on(owner.get(f"{url}?view=device")) == names
    assert names_on(owner.get(f"{url}?verdict=refused")) == names[28:]
    assert names_on(owner.get(f"{url}?verdict=refused&view=change")) == ["2 devices"]
    left_out = owner.submit(page, f"{url}leave-out", difference="waiting..UDP")
    assert left_out.status == 303
    assert names_on(owner.get(f"{url}?verdict=left-out")) == names[24:28]
    assert names_on(owner.get(url)) == ["2 devices", "24 devices", "4 devices"]
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).values(state=JobState.RUNNING, started_at=world.clock.now))
    set_items(world, job_id, {"Phone 3": {"state": ItemState.REFUSED}, "Phone 4": {"state": ItemState.DONE}})
    assert names_on(owner.get(url)) == ["2 devices", "Phone 3", "22 devices", "Phone 4", "4 devices"]


@pytest.mark.both_databases
def test_outcomes_are_filtered_paged_and_exported(world: World, owner: Browser) -> None:
    names = [f"Phone {number}" for number in range(1, 60)]
    job_id = add_job(world, HOSTILE, *names, started_at=world.clock.now)
    ended = {"ended_at": world.clock.now}
    set_items(
        world,
        job_id,
        {
            HOSTILE: {"state": ItemState.DONE, "seen": {"changes": [["Transport", "TCP", "=TLS"]]}, **ended},
            "Phone 1": {"state": ItemState.REFUSED, "reason": ItemReason.NO_RIGHT, "params": {"words": "No."}, **ended},
            "Phone 2": {"state": ItemState.UNKNOWN, "reason": ItemReason.WORKER_LOST, **ended},
            "Phone 3": {"state": ItemState.SENT},
        },
    )
    url = f"/jobs/{job_id}/"
    page = owner.get(url)
    assert "3 of 60 finished" in page.words
    assert "1 job running" in page.words
    assert page.headers["Refresh"] == f"15; url={url}"
    assert names_on(owner.get(f"{url}?outcome=failed")) == ["Phone 1", "Phone 2"]
    assert names_on(page)[:5] == ["Phone 1", "Phone 2", "Phone 3", HOSTILE, "Phone 4"]
    assert names_on(owner.get(f"{url}?outcome=waiting&sort=-device"))[:2] == ["Phone 59", "Phone 58"]
    assert f"{url}?outcome=failed&sort=people" in owner.get(f"{url}?outcome=failed").links()
    assert names_on(owner.get(f"{url}?page=2")) == names[49:]
    assert len(names_on(owner.get(f"{url}?outcome=waiting&size=100"))) == 57
    rows = list(csv.reader(io.StringIO(owner.get(f"{url}items.csv").text.removeprefix("\ufeff"))))
    assert rows[0][:7] == ["row", "tenant", "group", "device", "verdict", "outcome", "detail"]
    assert len(rows) == 61
    assert rows[1][3:9] == [HOSTILE, "change", "done", "", "Transport: TCP", "Transport: =TLS"]
    assert rows[2][3:7] == ["Phone 1", "change", "refused", "'No."] or rows[2][6] == "No."
    assert [row[5] for row in rows[3:5]] == ["unknown", "waiting"]
    fragment = owner.get(f"{url}progress?seen=running&page=2", headers={"HX-Request": "true"})
    assert "data-hx-trigger" in fragment.text
    assert 'id="announce"' not in fragment.text
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).values(state=JobState.DONE, ended_at=world.clock.now))
    over = owner.get(f"{url}progress?seen=running", headers={"HX-Request": "true"})
    assert "every 5s" not in over.text
    assert "Finished with 2 failed: 3 of 60 finished, 2 failed" in over.text
    assert '<div id="job-sign" data-hx-swap-oob="innerHTML"></div>' in over.text
    with writing(world.held_by().engine) as db:
        db.execute(update(Job).values(state=JobState.CANCELLED))
        db.execute(update(JobItem).where(JobItem.state == ItemState.WAITING).values(state=ItemState.CANCELLED))
    cancelled = owner.get(f"{url}progress?seen=running", headers={"HX-Request": "true"})
    assert ": 3 of 60 finished, 2 failed" in cancelled.text
    assert "3 of 60 finished, 56 not started" in cancelled.words
    assert owner.get(f"{url}progress").location == url


def test_list_puts_first_what_waits_for_its_user(world: World, owner: Browser) -> None:
    done, running, waiting = (
        add_job(world, "Reception", state=state, reason=reason, started_at=world.clock.now)
        for state, reason in ((JobState.DONE, None), (JobState.RUNNING, None), (JobState.WAITING, "canary"))
    )
    of_colleague = add_job(world, "Lobby", state=JobState.WAITING, username=COLLEAGUE.username, reason="canary")
    add_job(
        world, "Desk", state=JobState.RUNNING, tenant_id="globex", group_id="amsterdam", username="x@globex.example"
    )
    set_items(world, done, {"Reception": {"state": ItemState.REFUSED}})
    page = owner.get("/jobs/")
    assert [link for link in page.links() if link.startswith("/jobs/") and link[6:7].isdigit()] == [
        f"/jobs/{job_id}/" for job_id in (waiting, of_colleague, running, done)
    ]
    assert "1 failed" in page.words
    assert "1 job waits for you" in page.words
    assert f"/jobs/{done}/" not in owner.get("/jobs/?state=you").links()
    assert f"/jobs/{done}/" in owner.get("/jobs/?state=failed").links()
    assert f"/jobs/{of_colleague}/" not in owner.get("/jobs/?by=me").links()
    assert f"/jobs/{of_colleague}/" in world.browser(TENANT_ADMIN).get("/jobs/?state=nonsense&page=9").links()
    stranger = world.browser(STRANGER).get("/jobs/")
    assert f"/jobs/{running}/" not in stranger.links()
    assert "1 job waits for you" not in stranger.words
    assert "Waiting for owner@acme.example" in world.browser(COLLEAGUE).get(f"/jobs/{waiting}/").words


def test_history_names_the_job_of_a_change(world: World, owner: Browser) -> None:
    job_id = add_job(world, "Reception", state=JobState.DRAFT, **checked_by_owner(world))
    owner.submit(owner.get(f"/jobs/{job_id}/"), f"/jobs/{job_id}/start", canary="0", pace="60")
    work(world)
    for url in ("/history/", "/tenants/acme/groups/headquarters/devices/Reception/history/"):
        assert f"/jobs/{job_id}/" in owner.get(url).links()
    with reading(world.held_by().engine) as db:
        assert db.scalar(select(JobItem.change_id)) is not None
