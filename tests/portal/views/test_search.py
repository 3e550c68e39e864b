"""The search over everything: results of one text, and what is under the box while somebody types."""

from typing import Any

import pytest
from flask import Flask
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.portal.domain.refs import GroupRef
from tests.support import html
from tests.support.client import HTMX, Browser, Page
from tests.support.index import HEADQUARTERS, listed, person, recorder
from tests.support.world import OWNER, STRANGER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

AMSTERDAM = GroupRef("globex", "amsterdam")
CANARY = "zyxcanary"


@pytest.fixture
def portal(world: World) -> Flask:
    """A portal whose index has acme and globex, each with a canary of its own in every field."""
    index = recorder(world)
    for group, mark in ((HEADQUARTERS, "acme"), (AMSTERDAM, "globex")):
        canary, mac = f"{CANARY} {mark}", f"00156500{mark.encode().hex()[:4].upper()}"
        index.record_directory(group.tenant_id, f"{canary} Ltd", {group.group_id: f"{canary} office"})
        devices = [listed(f"{canary} desk", mac=mac), listed("Élodie / Weber"), listed("Reception", version=canary)]
        index.record_list(group, devices, age=30)
        named = person(f"{canary} desk", first_name=canary, last_name="Weber", extension="2005", user_id=f"{mark}@x")
        index.record_people_of_group(group, [named])
    return world.another_portal(index_days=30)


class WithoutEndPoints(HTTPAdapter):
    """A platform that does not tell who is on all devices of a group."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.url = (request.url or "").replace("/device_end_points/", "/no-such-thing/")
        return self._behind.send(request, *args, **kwargs)


def total(page: Page) -> str | None:
    return html.one(page.document, "h1").get("data-total")


def figures(page: Page) -> list[tuple[str, str]]:
    """Return the URLs and counts of the kinds and scopes of results."""
    choices = [link for link in page.document.iter("a") if (link.get("id") or "").startswith(("kind-", "scope-"))]
    return [(link.get("href", ""), html.text(link).rpartition(" ")[2]) for link in choices]


def links(page: Page) -> list[str]:
    return [a.get("href", "") for a in html.one(page.document, "main").iter("a")]


def test_hit_says_why_where_and_how_old(world: World, portal: Flask) -> None:
    browser = world.browser(SUPPORT, portal)
    page = browser.get("/search?q=ELODIE+weber")
    assert total(page) == "2"
    assert page.h1 == "2 results for “ELODIE weber”"
    marked = [html.text(mark) for mark in page.document.iter("mark")]
    assert marked == ["Élodie", "Weber"] * 2
    assert "The name contains “/”" in page.words, "it is shown, unlinked"
    page = browser.get("/search?q=2005")
    assert "Extension 2005" in page.words
    assert total(page) == "2"
    desk = f"/tenants/acme/groups/headquarters/devices/{CANARY}%20acme%20desk/lines/"
    assert desk in links(page)
    assert next(page.document.iter("time")).get("datetime")
    page = browser.get("/search?q=2005&in=acme")
    assert total(page) == "1"
    assert f'data-only-hit="{desk}"' in page.text


def test_kinds_and_scopes_have_their_counts(world: World, portal: Flask) -> None:
    browser = world.browser(SUPPORT, portal)
    page = browser.get(f"/search?q={CANARY}")
    assert total(page) == "10"
    assert "All 10 Devices 4 People 2 Groups 4" in page.words
    assert "/search?q=zyxcanary&in=acme" in links(page)
    for url, count in figures(browser.get(f"/search?q={CANARY}&kind=device")):
        assert total(browser.get(url)) == count, url
    page = browser.get(f"/search?q={CANARY}&kind=person&in=acme%2Fheadquarters")
    assert "All 4 Devices 2 People 1 Groups 1" in page.words
    assert "1–1 of 1" in page.words
    assert (page.h1, total(page)) == (f"1 result for “{CANARY}”", "1")
    for address in ("/search?q=zzz", f"/search?q={CANARY}&in=nowhere", f"/search?q={CANARY}&in=acme%2Fnowhere"):
        page = browser.get(address)
        assert total(page) == "0"
        assert "Searched: names, MAC addresses" in page.words
    assert browser.get("/search").h1 == "Search a list"


def test_unread_groups_and_an_index_that_is_off_are_said(world: World, portal: Flask) -> None:
    assert "Devices of all 2 groups" in world.browser(SUPPORT, portal).get("/search?q=x").words
    recorder(world).record_directory("acme", "Acme", {"annex": "Annex"})
    words = world.browser(SUPPORT, portal).get("/search?q=x").words
    assert "Devices of 2 of 3 groups read" in words
    assert "People not read in full yet: acme / annex" in words
    assert "The search index is off" in world.browser(SUPPORT).get("/search?q=x").words


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN, STRANGER], ids=lambda member: member.username)
def test_foreign_canary_is_in_no_answer_and_no_count(world: World, portal: Flask, member: Member) -> None:
    browser = world.browser(member, portal)
    own, foreign = ("globex", "acme") if member is STRANGER else ("acme", "globex")
    own_total = 4 + (member is TENANT_ADMIN)  # and the tenant itself
    for args in ("", f"&in={foreign}", f"&in={foreign}%2Famsterdam", "&kind=device", "&kind=group&page=2"):
        for answer in answers(browser, f"{CANARY}{args}"):
            assert f"{CANARY} {foreign}" not in answer.text
    assert total(browser.get(f"/search?q={CANARY}")) == str(own_total)
    for text in (foreign, f"{CANARY}+{foreign}", foreign.encode().hex()[:4]):
        assert total(browser.get(f"/search?q={text}")) == "0", text
    assert total(browser.get(f"/search?q={CANARY}+{own}")) == str(own_total)


def answers(browser: Browser, query: str) -> list[Page]:
    return [browser.get(f"/search?q={query}"), browser.get(f"/search/typing?q={query}", headers=HTMX)]


def test_withdrawn_right_ends_the_search_at_once(world: World, portal: Flask) -> None:
    tenant_admin, stranger = world.browser(TENANT_ADMIN, portal), world.browser(STRANGER, portal)
    assert total(stranger.get(f"/search?q={CANARY}")) == "4"
    world.end_backend_sessions()
    world.clock.advance(seconds=61)
    for browser in (stranger, tenant_admin):
        location = browser.get(f"/search?q={CANARY}").location
        assert location
        assert location.startswith("/login")


def test_typing_answers_ten_hits_and_the_way_to_all(world: World, portal: Flask) -> None:
    recorder(world).record_list(GroupRef("acme", "annex"), [listed(f"Desk {number}") for number in range(12)])
    browser = world.browser(SYSTEM_ADMIN, portal)
    page = browser.get("/search/typing?q=desk", headers=HTMX)
    options = [option for option in page.document.iter("a") if option.get("role") == "option"]
    assert len(options) == 10
    assert len({option.get("id") for option in options}) == 10
    assert "All 14 results" in page.words
    assert browser.get("/search/typing?q=desk").location == "/search?q=desk"


def test_platform_is_asked_live_where_the_index_has_not_been(world: World, portal: Flask) -> None:
    world.tell_api("POST", "tenants/globex/groups/amsterdam/access_devices/", {
        "deviceName": "Unread 50%", "deviceType": "Yealink-T48G", "macAddress": "00156577AABB"
    })  # fmt: skip
    for member in (SUPPORT, SYSTEM_ADMIN):
        browser = world.browser(member)
        assert total(browser.get("/search?q=unread+50%25")) == "0"
        assert "/search/live?q=unread+50%25" in browser.get("/search?q=unread+50%25").text
        for text in ("unread+50%25", "0015.6577", "77+aa+bb"):
            page = browser.get(f"/search/live?q={text}", headers=HTMX)
            assert "/tenants/globex/groups/amsterdam/devices/Unread%2050%25/" in page.text, text
            assert "live" in page.words
    assert "Unread" not in browser.get("/search/live?q=unread+60").text.partition("<table")[2]
    assert "/search/live" not in world.browser(TENANT_ADMIN).get("/search?q=unread").text
    assert "/search/live" not in browser.get("/search?q=unread&kind=person").text


def hit_rows(page: Page) -> list[str]:
    return [html.text(row) for row in page.document.iter("tr")][1:]


def test_platform_s_devices_stand_among_those_of_the_index(world: World, portal: Flask) -> None:
    index = recorder(world)
    index.record_list(HEADQUARTERS, [listed(f"Desk {number:02}", status="Offline") for number in range(1, 21)])
    browser = world.browser(SYSTEM_ADMIN, portal)
    plain = browser.get("/search?q=desk&in=acme%2Fheadquarters")
    assert (total(plain), plain.words.count("as of ")) == ("20", 10)
    assert len(hit_rows(browser.get("/search/live?q=desk&in=acme%2Fheadquarters"))) == 10
    rows = hit_rows(browser.get("/search/live?q=desk&in=acme%2Fheadquarters&kind=device"))
    assert len(rows) == 20 + 4, "those of the index, and 4 that only the platform has"
    assert all("Online" in row and "live" in row for row in rows)
    fragment = browser.get("/search/live?q=desk&in=acme%2Fheadquarters&kind=device", headers=HTMX)
    assert 'id="results-title" data-total="24" data-hx-swap-oob="true"' in fragment.text
    assert [count for _, count in figures(fragment)] == ["24", "24", "0", "0"]
    assert 'value="acme/headquarters/Desk%2021"' in fragment.text, "it can be selected"
    foreign = browser.get("/search/live?q=reception&in=globex")
    assert "/tenants/acme/" not in foreign.text.partition("<table")[2]


def test_update_reads_the_groups_of_the_hits_again(world: World, portal: Flask) -> None:
    owner = world.browser(OWNER, portal)
    page = owner.get("/search?q=grace")
    assert total(page) == "0"
    [update] = [link for link in links(page) if "after=" in link]
    world.tell_api("PUT", "tenants/acme/groups/headquarters/access_devices/Fax/", {"macAddress": "00156512FACE"})
    world.clock.advance(minutes=1)
    page = owner.get(update)
    assert total(page) == "1", "a person on a line, whom nothing had shown"
    assert "Not updated" not in page.words
    assert total(owner.get("/search?q=12face")) == "1"
    [again] = [link for link in links(page) if "after=" in link]
    assert total(owner.get(again)) == "1"
    world.clock.advance(minutes=1)
    partly = world.another_portal(WithoutEndPoints, index_days=30)
    page = world.browser(OWNER, partly).get(again)
    assert "Not updated: acme / headquarters. The platform has not answered in full." in page.words
    nobody = world.browser(TENANT_ADMIN, portal).get("/search?q=nothing-at-all")
    assert not [link for link in links(nobody) if "after=" in link], "no group is known to read"


def test_device_that_is_gone_leaves_the_index_once_opened(world: World, portal: Flask) -> None:
    browser = world.browser(OWNER, portal)
    assert total(browser.get("/search?q=zyxcanary+desk&kind=device")) == "1"
    page = browser.get("/tenants/acme/groups/headquarters/devices/zyxcanary%20acme%20desk/")
    assert page.status == 404
    assert "does not exist" in page.words
    world.held_by(portal).index.feed.flush()
    assert total(browser.get("/search?q=zyxcanary+desk&kind=device")) == "0"


def test_hits_are_selected_for_export_and_jobs(world: World, portal: Flask) -> None:
    browser = world.browser(OWNER, portal)
    page = browser.get("/search?q=reception&kind=device")
    values = [box.get("value") for box in page.document.iter("input") if box.get("name") == "device"]
    assert values == ["acme/headquarters/Reception"]
    assert 'name="device"' not in browser.get("/search?q=elodie").text, "no URL can carry its name"
    fields = {"csrf_token": browser.token(), "device": values}
    export = browser.open("/search/export.csv", "POST", data=fields)
    assert export.status == 200
    assert "Reception" in export.text
    sent = browser.open("/jobs/", "POST", data={**fields, "action": "export"})
    assert (sent.status, sent.location) == (307, "/search/export.csv")
    job = browser.open("/jobs/", "POST", data={**fields, "action": "reboot"})
    assert browser.get(job.location or "").words.count("Reception") == 1
