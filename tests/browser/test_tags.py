"""The table of tags where JavaScript runs, and where it does not."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import GroupRef, Places

_TAGS = [
    {"name": "%SIP_PORT%", "value": "5099"},
    {"name": "%RING%", "value": "%SIP_PORT%.wav"},
    *({"name": f"%MORE_{number}%", "value": str(number)} for number in range(60)),
]


@pytest.fixture
def device_url(places: Places) -> str:
    place: GroupRef = places.new()
    return place.add("Reception desk", people=[{}], tags=_TAGS)


def names(page: Page) -> list[str]:
    return page.locator(".tags tbody th code").all_inner_texts()


def test_tag_table_swaps_in_place_and_updates_the_url(people: People, device_url: str) -> None:
    page = people.signed_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(device_url)
    page.get_by_role("link", name="62 tags set on this device").click()
    expect(page).to_have_url(re.compile(r"tags/\?level=DeviceProfile$"))
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)

    page.get_by_role("link", name="Next").press("Enter")
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("#announce")).to_have_text("62 tags, 51 to 62 shown")

    box = page.get_by_role("searchbox", name="Filter tags")
    box.press_sequentially("5099", delay=20)
    expect(page).to_have_url(re.compile(r"q=5099&level=DeviceProfile$"))
    expect(page.locator("#announce")).to_have_text("2 tags, 1 to 2 shown")  # one of them by the tag in its value
    expect(box).to_be_focused()
    expect(page.locator(".tag-levels .wins")).to_contain_text("This device 5099")

    overridden = page.get_by_role("link", name="Overridden 1")
    overridden.press("Enter")
    expect(page).to_have_url(re.compile("show=overridden"))
    expect(overridden).to_be_focused()
    expect(overridden).to_have_attribute("aria-current", "true")
    assert names(page)[0] == "%SIP_PORT%"

    row = page.get_by_role("row", name="%SIP_PORT% Copy")
    row.get_by_role("button", name="Copy the value of %SIP_PORT%").press("Enter")
    expect(page.locator("#announce")).to_have_text("Copied 5099")
    assert page.evaluate("navigator.clipboard.readText()") == "5099"

    page.go_back()
    expect(page.locator(".tags tbody th code")).to_have_text(["%RING%", "%SIP_PORT%"])
    expect(box).to_have_value("5099")
    assert loads == []


def test_tag_set_is_chosen_and_left_again(people: People, device_url: str) -> None:
    page = people.signed_in()
    page.goto(f"{device_url}tags/?sort=-name")
    page.get_by_label("Tag set", exact=True).select_option("Yealink-T4x_Tags")
    page.get_by_role("button", name="Apply").first.click()
    expect(page).to_have_url(re.compile(r"set=Yealink-T4x_Tags"))
    expect(page.locator("#announce")).to_have_text(re.compile("^4 tags"))
    assert names(page)[0] == "%SIP_TRANSPORT%"
    page.get_by_label("Tag set", exact=True).select_option("All tag sets")
    page.get_by_role("button", name="Apply").first.press("Enter")
    expect(page).to_have_url(re.compile(r"tags/\?sort=-name$"))


def test_all_of_it_works_without_javascript(people: People, device_url: str) -> None:
    page = people.signed_in(java_script_enabled=False)
    page.goto(device_url)
    page.get_by_role("link", name="View tags set on this device").click()
    expect(page.get_by_text("1–50 of 62 tags")).to_be_visible()
    page.get_by_role("searchbox", name="Filter tags").fill("ring")
    page.get_by_role("button", name="Filter tags").click()
    expect(page).to_have_url(re.compile(r"\?level=DeviceProfile&q=ring$|\?q=ring&level=DeviceProfile$"))
    assert names(page) == ["%RING%"]
    page.get_by_role("link", name="All", exact=False).first.click()
    page.get_by_label("Tag set", exact=True).select_option("Yealink-T4x_Tags")
    page.get_by_role("button", name="Apply").first.click()
    expect(page).to_have_url(re.compile("set=Yealink-T4x_Tags"))


def test_tag_leads_to_the_line_that_uses_it_and_back(people: People, device_url: str) -> None:
    page = people.signed_in()
    page.goto(f"{device_url}tags/?show=files&q=sip_port")
    page.locator(".c-files a").first.click()
    expect(page).to_have_url(re.compile(r"files/%25BWMACADDRESS%25\.cfg/\?from=\d+#L\d+$"))
    line = page.url.rpartition("#")[2]
    expect(page.locator(f"#{line}")).to_contain_text("%SIP_PORT%")
    page.get_by_role("complementary").get_by_role("link", name="%SIP_PORT%").click()
    expect(page).to_have_url(re.compile(r"tags/\?q=%25SIP_PORT%25$"))
    expect(page.get_by_role("searchbox", name="Filter tags")).to_have_value("%SIP_PORT%")
