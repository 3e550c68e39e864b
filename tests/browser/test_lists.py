"""Lists that keep still while they are searched, are left and come back, and fit into small windows."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import HEADQUARTERS, Places

_NAME = "W" * 40


def column_lefts(page: Page) -> list[float]:
    lefts: list[float] = page.locator(".devices thead th").evaluate_all(
        "heads => heads.map((head) => head.getBoundingClientRect().left)"
    )
    return lefts


def test_search_moves_no_column_and_comes_back(people: People) -> None:
    page = people.signed_in()
    page.goto(HEADQUARTERS)
    before = column_lefts(page)
    assert len(before) == 8
    page.get_by_role("searchbox").fill("vvx450 online")
    expect(page).to_have_url(re.compile(r"\?q=vvx450\+online$"))
    assert column_lefts(page) == before
    names = page.locator("tbody .c-name")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    page.get_by_role("link", name=first, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="headquarters").click()
    expect(page).to_have_url(re.compile(r"\?q=vvx450\+online$"))
    expect(page.get_by_role("searchbox")).to_have_value("vvx450 online")


def test_history_sends_the_zone_of_its_reader(people: People) -> None:
    page = people.signed_in(timezone_id="Pacific/Kiritimati")
    page.goto("/history/")
    page.get_by_label("Days").select_option("Last 7 days")
    expect(page).to_have_url(re.compile("zone=Pacific%2FKiritimati"))
    expect(page.locator("#history-list")).to_contain_text("Filter days are those of Pacific/Kiritimati")


def test_long_name_and_low_window_hide_nothing(people: People, places: Places) -> None:
    place = places.new()
    device_url = place.add(_NAME)
    page = people.signed_in(viewport={"width": 390, "height": 844})
    for url in (place.url, device_url, f"{device_url}edit", f"{device_url}delete", f"{device_url}tags/"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, url
    page.goto(f"{HEADQUARTERS}HQ%20DECT%204.11/lines/")  # so that the list knows several people of a device
    wide = f"{HEADQUARTERS}?q=hq+dect+4.11&cols=people,extension,serial,location,description,since"
    for width, letters in ((1024, 16), (1280, 32), (1600, 32)):  # 32 px is text of 200 %
        page.set_viewport_size({"width": width, "height": 844})
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": letters}})
        for url in (wide, "/"):
            page.goto(url)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{letters}px"
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (url, width)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(f"{device_url}tags/")
    page.locator("summary.who").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
