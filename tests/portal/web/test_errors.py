"""What a person reads when something fails, here or at the backend."""

import json
import logging
from collections.abc import Callable

import pytest
from requests.adapters import BaseAdapter
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError
from werkzeug import Response

from app.database import writing
from app.embedded import WsgiAdapter
from app.portal.store.index.tables import IndexedGroup
from tests.support.adapters import CrashingAdapter, UnreachableAdapter
from tests.support.client import HTMX, Browser
from tests.support.population import HQ
from tests.support.sessions import read_cookie
from tests.support.tables import list_row_headings
from tests.support.world import DEPARTMENT_ADMIN, END_USER, OWNER, PASSWORD, TENANT_ADMIN, Member, World


def answering(status: int, body: bytes = b"{}", retry_after: str = "") -> Callable[[BaseAdapter], BaseAdapter]:
    """A backend that has one answer to everything."""
    return lambda _: WsgiAdapter(Response(body, status, {"Retry-After": retry_after} if retry_after else {}))


def over(world: World, wire: Callable[[BaseAdapter], BaseAdapter], person: Browser | None = None) -> Browser:
    """The owner or another person, signed in before the backend changed for the worse."""
    browser = world.nobody(world.another_portal(wire))
    browser.client.set_cookie("portal", read_cookie(person or world.browser(OWNER)))
    return browser


@pytest.mark.parametrize(
    ("status", "ours", "title"),
    [
        (403, 403, "The telephony platform refused the request"),
        (404, 404, "Page not found"),
        (413, 413, "Request too large"),
        (400, 422, "The telephony platform rejected the request"),
        (409, 422, "The telephony platform rejected the request"),
        (429, 503, "The telephony platform is busy"),
        (500, 503, "The telephony platform is not responding"),
        (502, 503, "The telephony platform is not responding"),
        (302, 503, "No answer from the telephony platform"),
        (410, 422, "The telephony platform has turned this off"),
        (501, 422, "The telephony platform rejected the request"),
        (200, 503, "The telephony platform is not responding"),
    ],
)
def test_each_failure_of_the_backend_has_its_page(world: World, status: int, ours: int, title: str) -> None:
    browser = over(world, answering(status))
    page, fragment = browser.get(f"{HQ}Reception/"), browser.get(f"{HQ}Reception/", headers=HTMX)
    assert (page.status, page.h1) == (ours, title)
    assert (fragment.status, fragment.h1) == (ours, title)


def test_error_page_keeps_name_list_and_search_of_known_group(world: World) -> None:
    admin = world.browser(TENANT_ADMIN)
    before = over(world, answering(500), admin).get(f"{HQ}Reception/")
    assert "Reception" not in before.words
    assert f'href="{HQ}"' not in before.text
    admin.get(HQ)
    page = over(world, answering(500), admin).get(f"{HQ}Reception/?list=q%3Dlobby")
    assert "Reception" in page.words
    assert f'href="{HQ}?q=lobby"' in page.text
    assert page.form("/search").method == "GET"
    sent = over(world, answering(500), admin).post(f"{HQ}Reception/edit?list=q%3Dlobby", description="new")
    assert "Reception" in sent.words
    assert f'href="{HQ}?q=lobby"' in sent.text
    assert sent.form("/search").method == "GET"
    too_large = admin.post(f"{HQ}Reception/edit", description="x" * 300_000)
    assert (too_large.status, too_large.h1) == (413, "Request too large")
    missing = admin.get(f"{HQ}needle/")
    assert (missing.status, missing.form("/search").method) == (404, "GET")
    assert "needle" not in missing.text


def test_device_that_cannot_be_read_shows_what_is_known(world: World) -> None:
    indexed = world.another_portal(index_days=30)
    owner, other = world.browser(OWNER, indexed), world.browser(TENANT_ADMIN, indexed)
    for url in (HQ, f"{HQ}Reception/", f"{HQ}Reception/lines/"):
        owner.get(url)
    world.held_by(indexed).index.feed.flush()
    page = over(world, answering(500), owner).get(f"{HQ}Reception/")
    assert page.h1 == "The telephony platform is not responding"
    for words in ("Last known details of Reception", "As of", "00:15:65:A1:2B:3C", "By the door", "Ada Example"):
        assert words in page.words
    assert "Last known" in over(world, answering(500), owner).get(f"{HQ}Reception/", headers=HTMX).words
    assert "More details" not in page.words
    with writing(world.held_by().engine) as db:  # a later list has no descriptions
        db.execute(update(IndexedGroup).values(devices_seen_at=IndexedGroup.devices_seen_at + 60))
    later = over(world, answering(500), owner).get(f"{HQ}Reception/").words
    assert "By the door" in later[later.index("More details As of") :]
    for unseen in (over(world, answering(404), owner), over(world, answering(500), other)):
        assert "Last known" not in unseen.get(f"{HQ}Reception/").words


def test_busy_backend_says_how_long_it_asked_to_wait(world: World) -> None:
    page = over(world, answering(429, retry_after="20")).get(f"{HQ}Reception/")
    assert "the platform asks to wait 20 s (429)" in page.words


def test_unreadable_list_offers_to_try_again(world: World) -> None:
    browser = over(world, lambda _: UnreachableAdapter())
    for headers in ({}, HTMX):
        page = browser.get(f"{HQ}?q=desk&page=2", headers=headers)
        assert page.status == 503
        assert page.h1 == "Devices"
        assert "The telephony platform is not responding" in page.words
        assert any(link.startswith(f"{HQ}?q=desk&page=2") for link in page.links())
        assert "Trying again in" in page.words


def test_export_that_cannot_be_read_is_no_empty_file(world: World) -> None:
    answer = over(world, lambda _: UnreachableAdapter()).get(f"{HQ}export.csv")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")


def test_sign_in_without_backend_costs_no_attempt(world: World) -> None:
    browser = world.nobody(world.another_portal(lambda _: UnreachableAdapter()))
    for _ in range(7):
        answer = browser.sign_in(OWNER.username, "a password")
        assert (answer.status, answer.h1) == (503, "The telephony platform is not responding")
    assert world.nobody().sign_in(OWNER.username, PASSWORD).status == 303


def test_mistake_of_ours_is_told_without_its_details(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = over(world, lambda _: CrashingAdapter()).get(f"{HQ}Reception/")
    assert (page.status, page.h1) == (500, "Something went wrong on our side")
    assert "ZeroDivision" not in page.text
    assert "a mistake of ours" in caplog.text


def test_locked_database_is_told_and_nothing_is_sent(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Fax/delete")

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT"):
            raise OperationalError(statement, None, OSError("database is locked"))

    event.listen(world.held_by().engine, "before_cursor_execute", fail)
    answer = owner.submit(form)
    assert (answer.status, answer.h1) == (503, "The portal’s database is not available")
    assert owner.get(f"{HQ}Fax/").status == 200
    assert world.changes() == []


@pytest.mark.parametrize("member", [DEPARTMENT_ADMIN, END_USER], ids=lambda member: member.username)
def test_user_without_access_is_told_why(world: World, member: Member) -> None:
    browser = world.browser(member)
    page = browser.get("/")
    assert (page.status, page.h1) == (403, "You do not have access to this portal")
    assert browser.submit(page, "/logout").location == "/login"


def test_malformed_row_is_flagged_in_the_list(world: World) -> None:
    good = {"deviceType": "T", "macAddress": "", "netAddress": "", "status": "Online", "freePorts": 1}
    odd = {"deviceName": "Odd", "deviceType": 7, "status": None, "freePorts": "many"}
    rows = [{**good, "deviceName": "Good"}, {**good, "deviceName": "a/b"}, odd, 5]
    body = json.dumps({"access_devices": rows}).encode()
    browser = over(world, answering(200, body))
    page = browser.get(HQ)
    assert page.status == 200
    assert {"Good", "a/b", "Odd"} <= set(list_row_headings(page))
    assert f"{HQ}Good/" in page.links()
    assert "The name contains “/”, which cannot be used in a web address." in page.words
    assert not [link for link in page.links() if "a%2Fb" in link]
    for sort in ("ports", "-ports", "status", "-type", "mac"):
        assert len(list_row_headings(browser.get(f"{HQ}?sort={sort}"))) == 4
    assert browser.get(f"{HQ}export.csv").status == 200


def test_each_error_page_carries_the_code_of_its_request(world: World) -> None:
    browser = world.browser(OWNER)
    codes = {browser.get("/nowhere").words.rpartition("Reference: ")[2] for _ in range(3)}
    assert len(codes) == 3
    assert all(len(code) == 8 for code in codes)
