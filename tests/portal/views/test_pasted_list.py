"""Pasted lists of MACs, names and numbers."""

import csv
import io

import pytest
from flask import Flask

from app.portal.domain.refs import GroupRef
from tests.support import html
from tests.support.client import Browser, Page
from tests.support.index import HEADQUARTERS, details, listed, person, recorder
from tests.support.statements import record_statements
from tests.support.world import OWNER, SUPPORT, TENANT_ADMIN, World

AMSTERDAM = GroupRef("globex", "amsterdam")
ENTRIES = (
    *("00:15:65:a1:b2:c3", "0015.65a1.b2c3", "hq élodie WEBER", "S-77", "2005", "+44 20 7946 0001", "ana@acme.example"),
    *("line.7@acme", "Ana Webster", "a1:b2", "webst", "ams", "00156500000F", "020 7946 9999", "nobody"),
)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def portal(world: World) -> Flask:
    index = recorder(world)
    devices = [listed("HQ Élodie Weber", mac="001565A1B2C3"), listed("HQ 2", mac="001565A1B2FF"), listed("=cmd")]
    index.record_list(HEADQUARTERS, devices, age=30)
    index.record_device(HEADQUARTERS, "HQ 2", details(mac="001565A1B2FF", serial_number="s-77"), age=20)
    ana = {"first_name": "Ana", "last_name": "Webster", "user_id": "ana@acme.example", "line_port": "line.7@acme"}
    people = [person("HQ 2", extension="2005", phone_number="02079460001", **ana)]
    index.record_people_of_group(HEADQUARTERS, people)
    index.record_list(AMSTERDAM, [listed("AMS secret", mac="00156500000F")], age=30)
    index.record_people_of_group(AMSTERDAM, [person("AMS secret", extension="2005", phone_number="020 7946 9999")])
    return world.another_portal(index_days=30)


def search(browser: Browser, text: str) -> Page:
    return browser.submit(browser.get("/search"), q=text)


def outcomes(page: Page) -> list[str]:
    """The words after each entry."""
    rows = html.one(html.one(page.document, "main"), "tbody").iter("tr")
    return [" ".join(html.text(cell) for cell in list(row)[3:]) for row in rows]


def test_each_entry_is_found_by_field_then_by_part(world: World, portal: Flask) -> None:
    browser = world.browser(SUPPORT, portal)
    with record_statements(world.held_by(portal).engine) as statements:
        page = search(browser, "\r\n".join(ENTRIES))
    assert len([text for text in statements if text.startswith("SELECT")]) < 30
    weber, ana = "Found HQ Élodie Weber acme / headquarters Online", "Found HQ 2 acme / headquarters Online"
    got = outcomes(page)
    assert got[:9] == [weber] * 3 + [ana] + got[4:5] + [ana] * 4
    assert got[4].startswith("Ambiguous: 2 matches Choose a device HQ 2, 00:15:65:A1:B2:FF, acme / headquarters")
    assert got[9].startswith("Ambiguous: 2 matches")
    assert got[10] == ana
    assert got[11:13] == ["Found AMS secret globex / amsterdam Online"] * 2
    assert got[13] == "Found AMS secret globex / amsterdam Online"
    assert got[14] == "Not found Nothing that you can see has this name, number or text."
    assert "12 found, 1 not found, 2 ambiguous" in page.words
    assert "Select the 12 found" in page.words
    assert 'value="acme/headquarters/HQ%20%C3%89lodie%20Weber"' in page.text


def test_foreign_devices_are_in_no_pasted_list(world: World, portal: Flask) -> None:
    for member in (OWNER, TENANT_ADMIN):
        browser = world.browser(member, portal)
        page = search(browser, "\n".join(ENTRIES))
        assert "AMS" not in page.text.replace("ams", "")
        assert "amsterdam" not in page.text
        assert "Found HQ 2 acme / headquarters Online" in outcomes(page)[4], "their own extension alone"
        export = post_devices(browser, "globex/amsterdam/AMS%20secret", "acme/headquarters/%3Dcmd")
        assert "AMS" not in export.text
        assert [row[2] for row in csv.reader(io.StringIO(export.text))][1:] == ["'=cmd"]


def post_devices(browser: Browser, *devices: str) -> Page:
    fields = {"csrf_token": browser.token(), "device": ["", *devices]}
    return browser.open("/search/export.csv", "POST", data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def test_list_is_told_apart_from_a_text(world: World, portal: Flask) -> None:
    browser = world.browser(SUPPORT, portal)
    assert "2 entries" in browser.get("/search?q=001565A1B2C3,+00:15:65:00:00:0f").words
    assert "3 entries" in browser.get("/search?q=one%0A%0Atwo, three%0A001565A1B2C3".replace(" ", "+")).words
    assert "results for" in browser.get("/search?q=Weber,+Ana").h1
    assert browser.get("/search?q=001565A1B2C3").h1 == "1 result for “001565A1B2C3”"
    page = search(browser, "\n".join(f"entry {number}" for number in range(1_002)))
    assert "Only the first 1,000 entries were searched. 2 more" in page.words
    assert "Search for it alone to look inside names" in page.words
    assert post_devices(browser, "a/b", "").status == 422
