"""The history where JavaScript runs, and where it does not; and the reboot that a badge offers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.browser.product import Product
from tests.support.browser.states_of_history import fill
from tests.support.waiting import wait_until


@pytest.fixture
def url(product: Product, places: Places) -> str:
    """The history of a group with entries of every kind."""
    place = places.new()
    place.add("Base", device_type="Yealink-W60B")
    fill(product, place)
    return place.url.replace("/devices/", "/history/")


def rows(page: Page) -> int:
    return page.locator("tr[id^=entry-]").count()


def test_history_filters_swap_and_keep_input(people: People, url: str) -> None:
    page = people.signed_in()
    page.goto(url)
    assert rows(page) == 9
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    page.get_by_label("Action", exact=True).select_option("Device edited")
    expect(page.locator("#announce")).to_have_text("4 entries, 1 to 4 shown")
    page.get_by_label("User", exact=True).press_sequentially("group", delay=10)
    expect(page).to_have_url(re.compile(r"who=group&action=device%3Aedit"))
    expect(page.get_by_label("User", exact=True)).to_be_focused()
    page.locator("#sort-outcome").press("Enter")
    expect(page).to_have_url(re.compile(r"sort=outcome"))
    expect(page.get_by_label("User", exact=True)).to_have_value("group")
    page.get_by_label("Outcome", exact=True).select_option("Refused")
    expect(page.locator("#announce")).to_have_text("1 entry, 1 to 1 shown")
    assert "sort=outcome" in page.url
    page.get_by_label("User", exact=True).fill("nobody")
    expect(page.get_by_role("heading", name="No entries match")).to_be_visible()
    assert loads == []
    page.go_back()
    expect(page.locator("tr[id^=entry-]")).to_have_count(1)
    expect(page.get_by_label("User", exact=True)).to_have_value("group")
    expect(page.get_by_label("Outcome", exact=True)).to_have_value("refused")
    page.get_by_label("User", exact=True).fill("nobody")
    expect(page).to_have_url(re.compile("who=nobody"))
    page.get_by_role("link", name="Clear all filters").click()
    expect(page).to_have_url(re.compile(f"{re.escape(url)}$"))
    assert rows(page) == 9


def test_without_javascript_the_same_is_a_form(people: People, url: str) -> None:
    page = people.signed_in(java_script_enabled=False)
    page.goto(url)
    page.get_by_label("Device", exact=True).fill("base")
    page.get_by_label("Outcome", exact=True).select_option("Unknown")
    page.get_by_role("button", name="Apply").first.click()
    assert rows(page) == 2
    page.locator("#sort-action").click()
    assert "sort=action" in page.url
    assert rows(page) == 2


_DAYS_ARE_THE_READERS = """() => {
  const rows = [...document.querySelectorAll("tr[id^=entry-]")];
  return rows.length && rows.every((row) => {
    let heading = row;
    while (!heading.matches(".day")) heading = heading.previousElementSibling;
    return heading.textContent.includes(`, ${new Date(row.querySelector("time").dateTime).getDate()} `);
  });
}"""


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_days_and_times_are_the_readers_own(people: People, url: str, zone: str) -> None:
    page = people.signed_in(timezone_id=zone)
    page.goto(url)
    expect(page.locator("tr.day").first).to_contain_text("Today, ")
    for _ in range(2):
        wait_until(lambda: bool(page.evaluate(_DAYS_ARE_THE_READERS)))
        page.get_by_label("Action", exact=True).select_option("Device edited")
        expect(page.locator("#announce")).to_have_text("4 entries, 1 to 4 shown")


def test_reboot_badge_asks_first_and_then_goes(people: People, places: Places, url: str) -> None:
    page = people.signed_in()
    page.goto(url.replace("/history/", "/devices/Base/"))
    page.locator("#not-rebooted").click()
    expect(page.get_by_role("dialog", name="Reboot Base?")).to_be_visible()
    page.get_by_role("button", name="Reboot now").click()
    page.get_by_role("heading", name="Rebooting").wait_for()
    page.goto(url.replace("/history/", "/devices/Base/"))
    expect(page.locator("#not-rebooted")).to_have_count(0)
    page.goto(url.replace("/history/", "/devices/?reboot=pending"))
    expect(page.get_by_role("heading", name="No devices match this filter")).to_be_visible()
