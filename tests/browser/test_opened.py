"""What opens on a page, or comes up on it, is as accessible as the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.accessibility import assert_accessible, looks
from tests.support.browser.checks import WIDER_THAN_PAGE
from tests.support.browser.people import People
from tests.support.browser.places import HEADQUARTERS, Places

Look = Callable[[Page], None]


@pytest.fixture
def look(people: People) -> Look:
    def look(page: Page) -> None:
        for when in looks(page):
            assert page.evaluate(WIDER_THAN_PAGE) == [], when
            # What an open menu half covers is too small to aim at until it is closed.
            assert_accessible(people, page, when, target_size=False)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 800})

    return look


def test_menu_dialog_and_messages_are_accessible(people: People, places: Places, look: Look) -> None:
    page = people.signed_in()
    page.goto(places.new().add("Reception") + "edit")
    page.get_by_label("Description").fill("By the window")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Reception updated.")).to_be_visible()
    page.locator("summary.who").click()
    expect(page.get_by_role("region", name="Recent messages")).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look(page)


def test_menus_of_a_list_and_its_trouble_are_accessible(people: People, places: Places, look: Look) -> None:
    people.expect_trouble("ERR_")
    people.expect_trouble("Failed to fetch")
    page = people.signed_in()
    group = places.new()
    group.add("Reception")
    group.add("Kitchen", device_type="Generic SIP Phone")
    page.goto(group.url)
    page.get_by_text("Type all").click()
    expect(page.get_by_role("navigation", name="Filter by type")).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 320, "height": 800})
    page.get_by_text("Sort: Name").click()
    expect(page.get_by_role("navigation", name="Sort")).to_be_visible()
    look(page)
    page.route("**/*status=*", lambda route: route.abort("connectionrefused"))
    page.get_by_role("navigation", name="Filter by status").get_by_role("link", name="Offline").click()
    expect(page.get_by_role("alert")).to_contain_text("The portal cannot be reached.")
    look(page)


def test_field_error_while_typing_is_accessible(people: People, places: Places, look: Look) -> None:
    page = people.signed_in()
    page.goto(places.new().url + "new?type=Yealink-T46G")
    mac = page.get_by_label("MAC address")
    mac.fill("00:15:6")
    mac.press("Tab")
    expect(mac).to_have_attribute("aria-invalid", "true")
    look(page)


def test_nothing_moves_for_who_wants_no_motion(people: People) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element);
      return animationName !== "none" || parseFloat(transitionDuration) > 0;
    }).map((element) => element.outerHTML.slice(0, 80))"""
    page = people.signed_in(reduced_motion="no-preference")
    page.goto(HEADQUARTERS)
    assert page.evaluate(moving) != []
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == []


def test_device_on_paper_is_its_facts_in_black_on_white(people: People, places: Places) -> None:
    page = people.signed_in(color_scheme="dark")
    page.goto(places.new().add("Reception", people=[{"first_name": "Ada"}]))
    page.emulate_media(media="print")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_role("heading", level=1, name="Reception")).to_be_visible()
    expect(page.get_by_text("Ada Example")).to_be_visible()
    for control in page.locator("main").get_by_role("button").or_(page.locator("main a:not(.breadcrumb a)")).all():
        expect(control).to_be_hidden()
