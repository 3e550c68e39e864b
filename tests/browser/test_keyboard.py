import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.api_world import PASSWORD
from tests.support.browser.checks import expect_heading
from tests.support.browser.keyboard import tab_to
from tests.support.browser.people import ADMIN, People
from tests.support.browser.places import HEADQUARTERS, Places


def choose(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def test_sign_in_search_and_sign_out_work_by_keyboard(people: People) -> None:
    page = people.nobody()
    page.goto("/login")
    tab_to(page, "User name")
    page.keyboard.type(ADMIN)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect_heading(page, "Tenants and groups")
    choose(page, "Headquarters")
    expect_heading(page, "Headquarters")
    choose(page, "Devices")
    expect_heading(page, "Devices")
    page.wait_for_load_state()  # single keys work once the scripts have run
    page.keyboard.press("f")
    page.keyboard.type("café")
    expect(page.locator("#announce")).to_have_text("1 device, 1 to 1 shown")
    choose(page, "Café & Bar")
    expect_heading(page, "Café & Bar")
    choose(page, ADMIN)
    choose(page, "Sign out")
    expect_heading(page, "Sign in")


def test_create_edit_and_delete_work_by_keyboard(people: People, places: Places) -> None:
    page = people.signed_in()
    place = places.new()
    page.goto(place.url)
    choose(page, "Add device")
    expect_heading(page, "Add device")
    tab_to(page, "Type")
    page.keyboard.press("G")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    tab_to(page, "Name")
    page.keyboard.type("Kitchen")
    page.keyboard.press("Enter")
    expect_heading(page, "Kitchen")
    choose(page, "Edit")
    expect_heading(page, "Edit Kitchen")
    tab_to(page, "Description")
    page.keyboard.type("By the door")
    choose(page, "Save")
    expect(page.get_by_text("Kitchen updated.")).to_be_visible()
    choose(page, "More actions")
    choose(page, "Delete…")
    expect_heading(page, "Delete Kitchen?")
    choose(page, "Delete device")
    expect_heading(page, "Devices")
    assert place.read("Kitchen") is None


def test_rebooting_takes_no_mouse(people: People, places: Places) -> None:
    page = people.signed_in()
    page.goto(places.new().add("Lobby"))
    choose(page, "Reboot…")
    expect_heading(page, "Reboot Lobby?")
    choose(page, "Reboot now")
    expect_heading(page, "Rebooting Lobby")
    tab_to(page, "Refresh")
    expect(page.get_by_text("The platform reports the device Online again")).to_be_visible()
    tab_to(page, "Back to device")


def test_form_errors_get_focus_and_link_to_fields(people: People) -> None:
    people.expect_trouble("422")
    page = people.signed_in()
    page.goto("/tenants/acme/groups/annex/devices/new?type=Yealink-T46G")
    choose(page, "Add device")
    expect(page.get_by_role("alert")).to_be_focused()
    choose(page, "MAC address:")
    expect(page.get_by_label("MAC address")).to_be_focused()
    expect(page.get_by_label("MAC address")).to_have_accessible_description(re.compile("requires one"))


@pytest.mark.parametrize("url", ["/login", "/", HEADQUARTERS, "/account"])
def test_first_tab_skips_to_the_content(people: People, url: str) -> None:
    page = people.nobody() if url == "/login" else people.signed_in()
    page.goto(url)
    tab_to(page, "Skip to content", most=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_every_stop_of_the_list_shows_that_it_has_the_focus(people: People) -> None:
    page = people.signed_in()
    page.set_viewport_size({"width": 1100, "height": 500})
    page.goto(f"{HEADQUARTERS}?size=25")
    expect(page.get_by_role("link", name="Next")).to_be_visible()
    tab_to(page, "Next")
    tab_to(page, "Name", key="Shift+Tab")


class TestSlash:
    def test_is_a_character_where_somebody_types(self, people: People, places: Places) -> None:
        page = people.signed_in()
        page.goto(places.new().add("Lobby") + "edit")
        page.get_by_label("Description").press_sequentially("c/o Reception")
        expect(page.get_by_label("Description")).to_have_value("c/o Reception")
        expect(page.get_by_label("Description")).to_be_focused()

    def test_can_be_switched_off(self, people: People) -> None:
        page = people.signed_in()
        page.goto("/account")
        page.get_by_role("checkbox").uncheck()
        page.goto(HEADQUARTERS)
        page.keyboard.press("/")
        expect(page.get_by_role("combobox", name=re.compile("^Search"))).not_to_be_focused()


@pytest.mark.parametrize("menu", [ADMIN, "Type"])
def test_escape_closes_a_menu_and_gives_the_focus_back(people: People, menu: str) -> None:
    page = people.signed_in()
    page.goto(HEADQUARTERS)
    choose(page, menu)
    opened = page.locator("details.menu[open]")
    expect(opened).to_have_count(1)
    page.keyboard.press("Tab")
    expect(opened.locator("summary")).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(page.locator("summary", has_text=menu)).to_be_focused()


def test_key_c_and_button_copy_the_mac_of_their_row(people: People) -> None:
    page = people.signed_in(permissions=["clipboard-read", "clipboard-write"])
    page.goto(HEADQUARTERS)
    row = page.locator("tbody tr").filter(has=page.locator(".mac")).first
    row.get_by_role("link").focus()
    page.keyboard.press("c")
    mac = row.locator(".mac").inner_text()
    expect(page.locator("#announce")).to_have_text(f"Copied {mac}")
    assert page.evaluate("navigator.clipboard.readText()") == mac
    button = page.get_by_role("button", name="Copy MAC").nth(1)
    button.click()
    expect(page.locator("#announce")).not_to_have_text(f"Copied {mac}")
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy") != mac
