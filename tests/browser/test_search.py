"""The search over everything, as somebody types into it."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import Places


@pytest.fixture
def page(people: People, places: Places) -> Page:
    """A page of a group whose list the index has."""
    people.expect_trouble("Failed to")  # an answer that does not come
    place = places.new()
    for name in ("Quokka one", "Quokka two", "Wombat"):
        place.add(name)
    page = people.signed_in()
    page.goto(place.url)
    expect(page.get_by_role("link", name="Wombat")).to_be_visible()
    return page


def test_results_follow_typing_and_trap_nobody(page: Page) -> None:
    box = page.get_by_role("combobox", name="Search devices, people, numbers and MACs")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("quókka", delay=20)
    options = page.locator("#finder [role=option]")
    expect(options).to_have_count(2)
    expect(page.locator("#announce")).to_have_text("2 results")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "hit-2")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("quókka")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 results for “quókka”")
    page.keyboard.press("/")
    page.keyboard.type("wombat")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wombat")
    page.route("**/search/typing?**", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("quokka")
    expect(page.locator("#finder")).to_contain_text("Press Enter to search")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 results for “quokka”")
