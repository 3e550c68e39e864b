import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser.accessibility import assert_accessible, looks
from tests.support.browser.checks import WIDER_THAN_PAGE
from tests.support.browser.people import SUPPORT, People
from tests.support.browser.places import GroupRef, Places

_TEAM = [{"first_name": "Ada", "last_name": "Lovelace"}, {"first_name": "Grace", "last_name": "Hopper"}]


@pytest.fixture
def place(places: Places) -> GroupRef:
    return places.new()


def opened(page: Page, url: str, what: str) -> Page:
    page.goto(url)
    if what == "Delete":
        page.get_by_label("More actions").click()
    page.get_by_role("link", name=f"{what}…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@pytest.mark.parametrize("what", ["Reboot", "Delete"])
def test_dialog_opens_and_escape_returns_focus(people: People, place: GroupRef, what: str) -> None:
    url = place.add("Reception", people=_TEAM)
    page = opened(people.signed_in(), url, what)
    dialog = page.get_by_role("dialog", name=f"{what} Reception?")
    expect(dialog).to_contain_text("Ada Lovelace")
    expect(dialog.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_url(people.product.url + url)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opener = page.get_by_role("link", name="Reboot…") if what == "Reboot" else page.get_by_label("More actions")
    expect(opener).to_be_focused()


@pytest.mark.parametrize("what", ["Reboot", "Delete"])
def test_dialog_holds_what_the_page_holds(people: People, place: GroupRef, what: str) -> None:
    url = place.add("Reception", people=_TEAM)
    page = opened(people.signed_in(), url, what)
    words = page.get_by_role("dialog").inner_text()
    page.goto(f"{url}{what.lower()}")
    assert words in page.locator("main").inner_text()


def test_dialog_shows_wrong_name_and_refusal(people: People, place: GroupRef) -> None:
    people.expect_trouble("422")
    page = opened(people.signed_in(), place.add("Reception", people=_TEAM), "Delete")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("x" * 205)
    expect(dialog.get_by_text("5 characters too many")).to_be_visible()
    dialog.get_by_label("Note").fill("")
    dialog.get_by_label("Enter the device name").fill("Lobby")
    dialog.get_by_role("button", name="Delete device").click()
    expect(dialog).to_contain_text("The name does not match")
    dialog.get_by_label("Enter the device name").fill("Reception")
    dialog.get_by_role("button", name="Delete device").click()
    expect(dialog).to_contain_text("The platform did not delete the device")
    assert place.read("Reception")


def test_dialog_deletes_device_once_on_many_presses(people: People, place: GroupRef) -> None:
    page = opened(people.signed_in(), place.add("Spare"), "Delete")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Delete device").dblclick()
    expect(page.get_by_text("Spare deleted.")).to_be_visible()
    assert len(posts) == 1
    assert place.read("Spare") is None


def test_dialog_reports_missing_answer_and_keeps_input(people: People, place: GroupRef) -> None:
    people.expect_trouble("Failed to")
    page = opened(people.signed_in(), place.add("Spare"), "Delete")
    page.route("**/delete", lambda route: route.abort())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("Broken")
    dialog.get_by_role("button", name="Delete device").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The portal cannot be reached.")
    expect(dialog.get_by_role("alert")).to_contain_text("Status unknown: the portal did not confirm the change")
    expect(dialog.get_by_label("Note")).to_have_value("Broken")
    expect(dialog.get_by_role("button", name="Delete device")).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_contain_text("The portal cannot be reached.")


def test_dialog_of_deleted_device_shows_not_found(people: People, place: GroupRef) -> None:
    people.expect_trouble("404")
    page = people.signed_in()
    page.goto(place.add("Reception"))

    def elsewhere(route: Route) -> None:
        route.continue_(url=route.request.url.replace("Reception", "Gone"))

    page.route("**/reboot", elsewhere)
    page.get_by_role("link", name="Reboot…").click()
    expect(page.get_by_role("heading", level=1, name="Page not found")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("what", ["Reboot", "Delete"])
def test_open_dialog_is_accessible_at_every_width(people: People, place: GroupRef, what: str) -> None:
    page = people.signed_in()
    opened(page, place.add("Reception", people=_TEAM), what)
    for when in looks(page):
        assert page.evaluate(WIDER_THAN_PAGE) == [], when
        assert_accessible(people, page, when)


def test_support_follows_a_reboot_of_its_own_to_its_end(people: People, place: GroupRef) -> None:
    page = opened(people.signed_in(SUPPORT), place.add("Lobby"), "Reboot")
    page.get_by_role("button", name="Reboot now").click()
    expect(page.get_by_role("heading", level=1, name="Rebooting Lobby")).to_be_visible()
    expect(page.get_by_text("The platform reports the device Online again")).to_be_visible()
