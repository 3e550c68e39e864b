from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser.checks import wait_for_swaps
from tests.support.browser.people import People
from tests.support.browser.places import GroupRef, Places, spare_mac


@pytest.fixture
def place(places: Places) -> GroupRef:
    return places.new()


@pytest.fixture
def page(people: People, place: GroupRef) -> Page:
    page = people.signed_in()
    page.goto(f"{place.url}new?type=Yealink-T46G")
    return page


def noting_dialogs(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    return asked


def slowed(page: Page, url: str) -> Callable[[], None]:
    """Holds the answers of an address back until the returned function is called."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(url, hold)

    def release() -> None:
        for route in held:
            route.continue_()

    return release


def test_field_error_appears_on_leaving_and_clears_typing(page: Page) -> None:
    stun = page.get_by_label("STUN server")
    stun.press_sequentially("not a host")
    expect(stun).not_to_have_attribute("aria-invalid", "true")
    stun.press("Tab")
    expect(stun).to_have_attribute("aria-invalid", "true")
    expect(stun).to_have_accessible_description(
        "Must be an IP address or a host name, e.g. 10.20.1.41 or sbc1.provider.example."
    )
    expect(page.locator("#announce")).to_contain_text("STUN server: Must be an IP address")
    stun.fill("")
    stun.press_sequentially("stun.provider.example")
    expect(stun).not_to_have_attribute("aria-invalid", "true")
    expect(stun).to_be_focused()
    expect(stun).to_have_value("stun.provider.example")


def test_button_moved_during_press_counts_as_pressed(people: People, page: Page) -> None:
    people.expect_trouble("422")
    page.get_by_label("STUN server").press_sequentially("not a host")
    button = page.get_by_role("button", name="Add device")
    button.hover()
    page.mouse.down()
    expect(page.get_by_label("STUN server")).to_have_attribute("aria-invalid", "true")  # with words above the button
    page.mouse.up()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()


def test_mac_is_tidied_once_it_is_left_and_tells_its_maker(page: Page) -> None:
    mac = page.get_by_label("MAC address")
    mac.press_sequentially("0015.65ff.00f1")
    expect(mac).to_have_value("0015.65ff.00f1")
    mac.press("Tab")
    expect(mac).to_have_value("00:15:65:FF:00:F1")
    expect(page.get_by_text("Vendor: Xiamen Yealink")).to_be_visible()
    expect(page.get_by_label("Serial number")).to_be_focused()


def test_late_answer_keeps_what_was_typed_meanwhile(page: Page) -> None:
    release = slowed(page, "**/check?*")
    mac = page.get_by_label("MAC address")
    mac.fill("0015.65ff.00f2")
    mac.press("Tab")
    page.get_by_label("Description").fill("By the door")
    mac.focus()
    mac.press("End")
    mac.press_sequentially("3")
    with page.expect_response("**/check?*"):
        release()
    wait_for_swaps(page)
    expect(mac).to_have_value("0015.65ff.00f23")
    expect(page.get_by_label("Description")).to_have_value("By the door")


def test_mac_that_is_taken_leads_to_who_has_it(page: Page, place: GroupRef) -> None:
    mac = spare_mac()
    url = place.add("Warehouse gate", mac_address=mac)
    page.reload()
    page.get_by_label("MAC address").fill(mac)
    page.get_by_label("MAC address").press("Tab")
    expect(page.get_by_role("link", name="View Warehouse gate")).to_have_attribute("href", url)


def test_check_that_fails_says_nothing_and_stops_nobody(people: People, page: Page, place: GroupRef) -> None:
    people.expect_trouble("Failed to")
    page.route("**/check?*", lambda route: route.abort())
    page.get_by_label("Name", exact=True).fill("Reception")
    page.get_by_label("MAC address").fill(spare_mac())
    page.get_by_label("Description").fill("By the door")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Add device").click()
    expect(page.get_by_role("heading", level=1, name="Reception")).to_be_visible()
    assert place.read("Reception")


def test_leaving_asks_only_with_unsaved_input(page: Page, place: GroupRef) -> None:
    asked = noting_dialogs(page)
    page.reload()
    page.goto(place.url)
    page.go_back()
    page.get_by_label("Description").press_sequentially("By the door")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1, name="Devices")).to_be_visible()
    assert asked == []
    page.go_back()
    page.get_by_label("Description").press_sequentially("By the door")
    page.get_by_role("link", name=place.group_id).click()
    expect(page.get_by_role("heading", level=1, name="Devices")).to_be_visible()
    assert asked == ["beforeunload"]


def test_theme_switch_and_long_text_lose_nothing(people: People, page: Page) -> None:
    asked = noting_dialogs(page)
    description = page.get_by_label("Description")
    description.fill("\U0001f4de" * 105)
    expect(page.get_by_role("status").filter(has_text="25 characters too many")).to_be_visible()
    page.locator("summary.who").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(description).to_have_value("\U0001f4de" * 105)
    assert asked == []
    people.stays = True
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).not_to_have_attribute("aria-disabled", "true")
    assert asked == ["beforeunload"]
    description.fill("\U0001f4de" * 80)
    expect(page.locator(".invalid-feedback").filter(has_text="too many")).to_have_count(0)
    people.stays = False
    page.reload()
    assert asked == ["beforeunload"] * 2
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_saving_asks_nothing_but_refused_form_asks(people: People, page: Page) -> None:
    people.expect_trouble("422")
    asked = noting_dialogs(page)
    page.get_by_label("Description").press_sequentially("By the door")
    page.get_by_role("button", name="Add device").click()
    page.get_by_text("Not saved yet.").wait_for()
    assert asked == []
    page.get_by_role("link", name="Tenants").first.click()
    expect(page.get_by_role("heading", level=1, name="Tenants and groups")).to_be_visible()
    assert asked == ["beforeunload"]


def test_form_works_the_same_without_javascript(people: People, place: GroupRef) -> None:
    people.expect_trouble("422")
    page = people.signed_in(java_script_enabled=False)
    page.goto(f"{place.url}new")
    page.get_by_role("link", name="Yealink-T46G").click()
    page.get_by_label("Name", exact=True).fill("Reception")
    page.get_by_label("MAC address").fill("00156")
    page.get_by_role("button", name="Add device").click()
    expect(page.get_by_label("MAC address")).to_have_value("00156")
    page.get_by_label("MAC address").fill(spare_mac())
    page.get_by_role("button", name="Add device").click()
    expect(page.get_by_role("heading", level=1, name="Reception")).to_be_visible()
    expect(page.get_by_text("Reception added.")).to_be_visible()


def test_recent_messages_last_until_sign_out(people: People, place: GroupRef) -> None:
    page = people.newly_signed_in()
    page.goto(place.add("Reception") + "edit")
    page.get_by_label("Description").fill("By the door")
    page.get_by_role("button", name="Save").click()
    note = page.get_by_role("status").filter(has_text="Reception updated.")
    note.get_by_role("button", name="Dismiss message").click()
    expect(page.get_by_text("Reception updated.")).to_have_count(0)
    page.goto("/account")
    page.locator("summary.who").click()
    expect(page.get_by_role("region", name="Recent messages")).to_contain_text("Reception updated.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    assert page.evaluate("() => sessionStorage.length") == 0
