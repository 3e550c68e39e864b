"""Extra columns of the device list, which the index fills: shown, searched, sorted, exported, kept for each person."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from app.portal.store.index.records import FileOnDevice
from tests.support.client import Browser, Page
from tests.support.index import HEADQUARTERS, details, listed, person, recorder
from tests.support.population import HQ
from tests.support.tables import list_row_headings
from tests.support.world import COLLEAGUE, OWNER, STRANGER, SUPPORT, World

ALL_COLUMNS = "people,extension,serial,location,description,since"


@pytest.fixture
def indexed(world: World) -> Flask:
    """A portal whose index knows the list, the people of two devices, and the details of one."""
    app = world.another_portal(index_days=30)
    world.browser(OWNER, app).get(HQ)
    world.held_by(app).index.feed.flush()
    index = recorder(world)
    people = [
        person("Fax", port=1, first_name="Élodie", last_name="Weber", extension="2005"),
        person("Fax", port=2, first_name="=cmd|' /C calc'!A0", last_name="<b>", extension="2006"),
        person("Fax", port=3, user_id="zoe@acme.example"),
    ]
    index.record_people_of_device(HEADQUARTERS, "Fax", people)
    index.record_people_of_device(HEADQUARTERS, "lobby", [])
    known = details(device_type="Cisco-ATA191", mac="001BD4000004", status="Offline", serial_number="S-77")
    index.record_device(HEADQUARTERS, "Fax", known)
    return app


def cells(page: Page, device: str) -> list[str]:
    [row] = [
        row
        for row in page.document.iter("tr")
        if any("".join(head.itertext()).strip() == device for head in row.findall("th"))
    ]
    return [" ".join("".join(cell.itertext()).split()) for cell in row.findall("td")[1:]]


def headings(page: Page) -> list[str]:
    return ["".join(link.itertext()) for link in page.document.iter("a") if (link.get("id") or "").startswith("sort-")]


def test_columns_show_what_was_read_and_say_what_was_not(world: World, indexed: Flask) -> None:
    page = world.browser(OWNER, indexed).get(f"{HQ}?size=200&cols={ALL_COLUMNS}")
    assert headings(page)[5:11] == ["People", "Extension", "Serial number", "Location", "Description", "Status since"]
    fax = cells(page, "Fax")[4:10]
    assert fax[0] == "Élodie Weber +2; =cmd|' /C calc'!A0 <b>; zoe@acme.example"
    assert fax[1:5] == ["2005 +1; 2006", "S-77", "", ""]
    assert re.fullmatch("Offline since at least 2 Mar, 09:(29|30) UTC", fax[5])
    assert cells(page, "lobby")[4:9] == ["", "", "not read", "not read", "not read"]
    assert cells(page, "Reception")[4:9] == ["not read"] * 5
    assert "Read so far: people of 2 of 30 devices, details of 1 of 30 devices." in page.words
    assert len(cells(world.browser(OWNER, indexed).get(HQ), "Fax")) == 6


def test_search_and_sort_use_the_shown_columns_alone(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    assert list_row_headings(owner.get(f"{HQ}?q=elodie&cols=people")) == ["Fax"]
    assert list_row_headings(owner.get(f"{HQ}?q=elodie%20offline&cols=people&status=Offline")) == ["Fax"]
    assert list_row_headings(owner.get(f"{HQ}?q=00:1B:D4&cols=people")) == ["Fax"]
    empty = owner.get(f"{HQ}?q=elodie&cols=serial")
    assert list_row_headings(empty) == []
    assert "firmware, serial number and free ports of the 30 devices" in empty.words
    assert list_row_headings(owner.get(f"{HQ}?cols=serial&sort=serial"))[0] == "Fax"
    assert list_row_headings(owner.get(f"{HQ}?cols=serial&sort=-serial"))[-1] == "Fax"
    assert list_row_headings(owner.get(f"{HQ}?sort=serial")) == list_row_headings(owner.get(HQ))


def test_own_columns_are_kept_and_a_url_wins(world: World, indexed: Flask) -> None:
    owner, colleague = world.browser(OWNER, indexed), world.browser(COLLEAGUE, indexed)
    page = owner.get(f"{HQ}?q=a&cols=serial")
    assert f"{HQ}?q=a" in [field.get("value") for field in page.document.iter("input")]
    assert {field.get("value") for field in page.document.iter("input") if "checked" in field.attrib} == {"serial"}
    cols = ["people", "since", "nonsense"]
    data = MultiDict([("csrf_token", owner.token()), ("next", f"{HQ}?q=a"), *(("cols", key) for key in cols)])
    answer = owner.open("/account/columns", "POST", data=data)
    assert (answer.status, answer.location) == (303, f"{HQ}?q=a")
    for browser in (owner, world.browser(OWNER)):  # in another session too, as far as there is an index
        shown = headings(browser.get(HQ))[5:-2]
        assert shown == (["People", "Status since"] if browser is owner else [])
    kept = owner.get(HQ)
    assert f"{HQ}?cols=people%2Csince&sort=-name" in kept.links()
    assert headings(owner.get(f"{HQ}?cols=location"))[5:-2] == ["Location"]
    none = owner.get(f"{HQ}?cols=none")
    assert headings(none)[5:-2] == []
    assert f"{HQ}?cols=none&sort=-name" in none.links()
    assert headings(colleague.get(HQ))[5:-2] == []
    owner.post("/account/columns", reset="1", cols="people")
    assert headings(owner.get(HQ))[5:-2] == []


def test_export_takes_columns_along(world: World, indexed: Flask) -> None:
    answer = world.browser(OWNER, indexed).get(f"{HQ}export.csv?cols=people,serial,since&q=fax&sort=-people")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[-4:] == ["People", "Serial number", "Status since", "Not read"]
    [row] = rows
    assert row[-4:-2] == ["Élodie Weber;' =cmd|' /C calc'!A0 <b>; zoe@acme.example", "S-77"]
    assert re.fullmatch(r"2026-03-02 09:(29|30):\d\d", row[-2])
    assert row[-1] == ""
    unread = world.browser(OWNER, indexed).get(f"{HQ}export.csv?cols=description,people&q=reception")
    [_, row] = csv.reader(io.StringIO(unread.text))
    assert row[-3:] == ["", "", "People, Description"]


@pytest.mark.both_databases
def test_copy_of_the_index_follows_every_change(world: World, indexed: Flask) -> None:
    owner, index = world.browser(OWNER, indexed), recorder(world)

    def column(key: str) -> str:
        return cells(owner.get(f"{HQ}?cols={key}"), "lobby")[-3]

    changes: list[tuple[str, str, Callable[[], object]]] = [
        ("people", "Ada", lambda: index.record_people_of_group(HEADQUARTERS, [person("lobby", first_name="Ada")])),
        ("people", "", lambda: index.record_people_of_device(HEADQUARTERS, "lobby", [])),
        ("serial", "S1", lambda: index.record_device(HEADQUARTERS, "lobby", details(serial_number="S1"))),
        ("serial", "not read", lambda: index.forget_device(HEADQUARTERS, "lobby")),
    ]
    for key, expected, change in changes:
        column(key)
        world.clock.advance(seconds=1)
        change()
        assert column(key) == expected
    assert cells(owner.get(f"{HQ}?cols=people"), "Reception")[-3] == ""  # the group's reading tells of nobody
    assert column("since") == "not read"  # of a device that was forgotten
    assert "Online since at least" in cells(owner.get(f"{HQ}?cols=since"), "Reception")[-3]
    assert list_row_headings(owner.get(f"{HQ}?files=custom")) == []


def test_status_since_claims_no_more_than_was_seen(world: World, indexed: Flask) -> None:
    owner, index = world.browser(OWNER, indexed), recorder(world)
    world.clock.advance(minutes=10)
    known = {"device_type": "Cisco-ATA191", "mac": "001BD4000004"}
    index.record_device(HEADQUARTERS, "Fax", details(status="Online", **known))
    assert cells(owner.get(f"{HQ}?cols=since"), "Fax")[-3] == "not read"  # the list is older than that reading
    world.clock.advance(minutes=10)
    index.record_list(HEADQUARTERS, [listed("Fax", status="Offline", **known)])
    page = owner.get(f"{HQ}?cols=since")
    assert cells(page, "Fax")[-3] == "Offline since at least 2 Mar, 09:50 UTC, Online at 2 Mar, 09:40 UTC"
    device = owner.get(f"{HQ}Fax/")
    assert "Offline since at least 2 Mar, 09:50 UTC · Online at 2 Mar, 09:40 UTC" in device.words
    assert "Offline 2 Mar, 09:50 UTC Online until at least 2 Mar, 09:40 UTC" in device.words


def test_filters_combine_and_say_how_much_was_read(world: World, indexed: Flask) -> None:
    owner, index = world.browser(OWNER, indexed), recorder(world)
    assert set(list_row_headings(owner.get(f"{HQ}?mac=none"))) == {"Softphone", "=1+1"}
    assert list_row_headings(owner.get(f"{HQ}?mac=none&status=Unknown")) == ["Softphone"]
    assert list_row_headings(owner.get(f"{HQ}?files=custom")) == []
    for name in ("Fax", "lobby"):
        index.record_files(HEADQUARTERS, name, [FileOnDevice(file_format="x.cfg", is_custom=name == "Fax")])
    page = owner.get(f"{HQ}?files=custom&sort=-name")
    assert list_row_headings(page) == ["Fax"]
    assert "config files of 2 of 30 devices" in page.words
    links = {link.get("id"): link for link in page.document.iter("a")}
    assert links["without-files"].get("href") == f"{HQ}?sort=-name"
    assert "".join(links["mac-none"].itertext()).split() == ["Without", "MAC", "0"]
    assert links["mac-none"].get("href") == f"{HQ}?files=custom&sort=-name&mac=none"
    device = owner.get(f"{HQ}Fax/?list=files%3Dcustom")
    assert f"{HQ}?files=custom" in device.links()


def test_other_groups_and_portals_without_index_show_none(world: World, indexed: Flask) -> None:
    recorder(world).record_people_of_device(HEADQUARTERS, "Reception", [person("Reception", first_name="Canary")])
    foreign = "/tenants/globex/groups/amsterdam/devices/"
    stranger = world.browser(STRANGER, indexed)
    assert "Canary" not in stranger.get(f"{foreign}?cols={ALL_COLUMNS}").text
    assert "Canary" not in stranger.get(f"{foreign}export.csv?cols={ALL_COLUMNS}").text
    assert stranger.get(f"{HQ}?cols=people").status == 404
    assert "Canary" in world.browser(SUPPORT, indexed).get(f"{HQ}?cols=people").text
    off: Browser = world.browser(OWNER)
    assert headings(off.get(f"{HQ}?cols=people"))[5:-2] == []
    assert list_row_headings(off.get(f"{HQ}?files=custom")) == list_row_headings(off.get(HQ))


def test_own_edit_is_in_the_columns_afterwards(world: World, indexed: Flask) -> None:
    owner = world.browser(OWNER, indexed)
    owner.get(f"{HQ}?cols=description")
    world.clock.advance(seconds=2)
    answer = owner.submit(owner.get(f"{HQ}lobby/edit"), f"{HQ}lobby/edit", description="<i>By the lift")
    world.clock.advance(seconds=10)  # however long the readings before wait to be written
    owner.get(answer.location or "")
    world.held_by(indexed).index.feed.flush()
    page = owner.get(f"{HQ}?cols=description&q=lift")
    assert cells(page, "lobby")[-3] == "<i>By the lift"
    device = owner.get(f"{HQ}lobby/?list=cols%3Ddescription%26sort%3D-description")
    assert f"{HQ}?cols=description&sort=-description" in device.links()
    assert "30 of 30" in device.words
