"""Devices selected in a list, and what is done with them."""

import csv
import io
import json
from typing import Any

from werkzeug.datastructures import MultiDict

from tests.support.client import Browser, Page
from tests.support.population import HQ
from tests.support.tables import list_row_headings
from tests.support.world import OWNER, SUPPORT, World

_OWN_SITE = {"Sec-Fetch-Site": "same-origin"}


def post(browser: Browser, path: str = "bulk", **fields: Any) -> Page:
    data = MultiDict({"csrf_token": browser.token(), **fields})
    return browser.open(f"{HQ}{path}", "POST", data=data, headers=_OWN_SITE)


def exported(page: Page) -> list[list[str]]:
    assert page.status == 200
    return list(csv.reader(io.StringIO(page.text.removeprefix("\ufeff"))))


def export(browser: Browser, **fields: Any) -> list[str]:
    """Return the names in the export, in its order."""
    return [row[0] for row in exported(post(browser, action="export", **fields))[1:]]


def test_export_has_the_selected_devices_in_list_order(world: World) -> None:
    owner = world.browser(OWNER)
    chosen = ["Softphone", "Desk 03", "=1+1", "nowhere", "", "Desk 03", "Fax"]
    assert export(owner, device=chosen) == ["'=1+1", "Desk 03", "Fax", "Softphone"]
    assert export(owner, device=chosen, sort="-name", status="Online") == ["Softphone", "Fax", "Desk 03", "'=1+1"]
    assert export(owner, all="1", q="lobby") == ["Lobby", "lobby"]
    assert export(owner, all="1", q="lobby", device=["Fax"]) == ["Lobby", "lobby"]
    everything = exported(owner.get(f"{HQ}export.csv?sort=mac&status=Online"))
    assert exported(post(owner, action="export", all="1", sort="mac", status="Online", size="25")) == everything
    assert exported(post(owner, "bulk?sort=mac&status=Online", action="export", all="1")) == everything


def test_form_without_devices_keeps_the_list(world: World) -> None:
    owner = world.browser(OWNER)
    for fields in ({"action": "export"}, {"action": "export", "all": "0", "device": ""}):
        page = post(owner, q="lobby", **fields)
        assert page.status == 422
        assert "Nothing was done. Select at least one device, or all that match." in page.words
        assert list_row_headings(page) == ["Lobby", "lobby"]
        assert 'value="lobby"' in page.text
    for action in ("", "explode"):
        page = post(owner, action=action, device="Fax")
        assert page.status == 422
        assert "Choose what to do with the selected devices." in page.words


def test_form_holds_10_000_devices_and_not_more(world: World) -> None:
    owner = world.browser(OWNER)
    names = [f"{'Ü' * 30} {number}" for number in range(9_999)]
    assert export(owner, device=[*names, "Fax"]) == ["Fax"]
    parts = {"csrf_token": owner.token(), "action": "export", "device": [*names[:1_500], "Fax"]}
    page = owner.open(f"{HQ}bulk", "POST", data=parts, content_type="multipart/form-data", headers=_OWN_SITE)
    assert [row[0] for row in exported(page)[1:]] == ["Fax"]
    page = post(owner, action="export", device=[*names, "Fax", "lobby"])
    assert page.status == 422
    assert "10,001 devices are selected. At most 10,000 are possible at once." in page.words
    assert post(owner, action="export", device=["x"] * 20_001).status == 413
    body = owner.open(f"{HQ}bulk", "POST", data="&" * 300_000, content_type="application/x-www-form-urlencoded")
    assert body.status == 413


def test_page_is_told_of_devices_that_it_does_not_show(world: World) -> None:
    owner = world.browser(OWNER)
    assert read(post(owner, "bulk/check", all="1", q="lobby")) == {
        "names": ["Lobby", "lobby"],
        "missing": [],
        "leftOut": 0,
    }
    told = read(post(owner, "bulk/check", device=["Fax", "Dock", "lobby", "Desk 01"], q="lobby"))
    assert told == {"names": [], "missing": ["Dock"], "leftOut": 2}


def read(page: Page) -> object:
    return json.loads(page.text)


def test_bar_has_what_a_role_may_do(world: World) -> None:
    def actions(page: Page) -> list[str | None]:
        return [button.get("value") for button in page.document.iter("button") if button.get("name") == "action"]

    owner, support = (world.browser(member).get(HQ) for member in (OWNER, SUPPORT))
    assert actions(owner) == ["reboot", "edit", "file", "default", "export", "delete"] * 2, "wide and narrow"
    assert set(actions(owner)) - set(actions(support)) == {"delete"}


def test_reload_of_the_answer_shows_the_list(world: World) -> None:
    owner = world.browser(OWNER)
    for odd in ("endpoint=jobs.index", "tenant=other", "_scheme=javascript&_external=1", "_anchor=x", "self=1"):
        assert owner.get(f"{HQ}bulk?q=desk&{odd}&page=2").location == f"{HQ}?q=desk&page=2"
