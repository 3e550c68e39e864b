"""Jobs and their items, written straight into the ledger."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.database import reading, writing
from app.jobs.working import JobLoop
from app.portal.domain.jobs import JobState
from app.portal.store.jobs.new_rows import NEW_ITEM, NEW_JOB
from app.portal.store.jobs.tables import Job, JobItem
from tests.support.client import Browser, Page
from tests.support.config_files import post
from tests.support.population import HQ
from tests.support.world import World

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def session_of(world: World, username: str) -> dict[str, Any]:
    """Return the columns of a job that say whose session it works with: the only one of this account."""
    sessions = world.held_by().sessions
    [row] = sessions.list_alive(username, world.clock())
    session = sessions.load(row.id)
    assert session is not None
    return {"username": username, "session_id": session.id, "backend_cookies": session.backend_cookies}


def add_job(world: World, *names: str, state: JobState = JobState.RUNNING, **values: Any) -> int:
    place = {"tenant_id": values.pop("tenant_id", "acme"), "group_id": values.pop("group_id", "headquarters")}
    usual: dict[str, Any] = {
        **NEW_JOB,
        **place,
        "created_at": NOW,
        "username": "owner@acme.example",
        "role": "Group admin",
        "address": "",
        "request_id": "",
        "session_id": 1,
        "action": "reboot",
        "title": "Reboot",
        "state": state,
        "items": len(names),
        "pace": 6000,
    }
    item = {**NEW_ITEM, **place, "action": str(values.get("action", "reboot")), "verdict": "change"}
    with writing(world.held_by().engine) as db:
        job = Job(**{**usual, **values})
        db.add(job)
        db.flush()
        for number, name in enumerate(names, start=1):
            db.add(JobItem(job_id=job.id, number=number, device_name=name, **item))
        return job.id


def items(world: World) -> list[tuple[str, str, str | None]]:
    """Name, state and reason of all items, in the order of their making."""
    with reading(world.held_by().engine) as db:
        return [
            (item.device_name, item.state, item.reason) for item in db.scalars(select(JobItem).order_by(JobItem.id))
        ]


def job_state(world: World) -> tuple[str, str | None]:
    """State of the newest job, and the reason."""
    with reading(world.held_by().engine) as db:
        job = db.scalars(select(Job).order_by(Job.id.desc())).first()
        assert job is not None
        return job.state, job.reason


def item_details(world: World) -> Sequence[JobItem]:
    """All items in the order of their making."""
    with reading(world.held_by().engine) as db:
        return db.scalars(select(JobItem).order_by(JobItem.id)).all()


def work(world: World, app: Flask | None = None) -> None:
    """Let the background process work until nothing is left to do, while the clock goes on."""
    jobs = JobLoop(world.held_by(app))
    for _ in range(10):
        jobs.run_until_idle()
        world.clock.advance(seconds=3)


def plan_file(browser: Browser, url: str, file_format: str, content: bytes) -> Page:
    """Choose a config file in the form of a draft."""
    fields = {"csrf_token": browser.token(), "file_format": file_format}
    return post(browser, fields, ("my.cfg", content), url=f"{url}plan", control="file")


def create(browser: Browser, action: str, *devices: str) -> str:
    """Make a draft and return its address."""
    fields = {"csrf_token": browser.token(), "action": action, "device": list(devices)}
    page = browser.open("/jobs/", "POST", data=fields)
    assert page.status == 303, page.text
    return page.location or ""


def state_on(page: Page) -> str:
    [state] = [
        element.attrib["data-job-state"] for element in page.document.iter() if "data-job-state" in element.attrib
    ]
    return state


def upload_sheet(browser: Browser, content: bytes, name: str = "phones.csv", path: str = HQ) -> Page:
    fields = {"csrf_token": browser.token(), "file": (io.BytesIO(content), name)}
    return browser.open(f"{path}import", "POST", data=fields, content_type="multipart/form-data")


def draft_of(world: World, browser: Browser, content: bytes, name: str = "phones.csv", path: str = HQ) -> str:
    """Import a file and have it checked; return the address of its draft."""
    page = upload_sheet(browser, content, name, path)
    assert page.status == 303, page.text
    work(world)
    return page.location or ""
