"""One person in two tabs, two people on one device, and sessions that end in the middle of it."""

import re

from playwright.sync_api import Page, Route, expect

from tests.support.browser.checks import expect_heading
from tests.support.browser.people import ADMIN, GROUP_ADMIN, LAPSING, TENANT_ADMIN, People, fill_in_sign_in
from tests.support.browser.places import Places

AMSTERDAM = "/tenants/globex/groups/amsterdam/devices/"

# Playwright's own second press would wait for the answer to the first.
_PRESS_TWICE = """async () => {
  const button = document.querySelector("main form button[type=submit]");
  for (const _ of [1, 2]) {
    button.click();
    await new Promise((done) => setTimeout(done, 300));
  }
}"""


def _sign_out(page: Page) -> None:
    page.locator("summary.who").click()
    page.get_by_role("button", name="Sign out").click()
    expect_heading(page, "Sign in")


def test_concurrent_edits_meet_on_the_merge_page(people: People, places: Places) -> None:
    people.expect_trouble("409")
    place = places.new()
    url = place.add("Reception", net_address="10.0.0.1", description="By the door", mac_address=None)
    mine, theirs = people.signed_in(ADMIN), people.signed_in(TENANT_ADMIN)
    for page in (mine, theirs):
        page.goto(f"{url}edit")
    theirs.get_by_label("Description").fill("By the window")
    theirs.get_by_label("Outbound proxy").fill("sbc2.provider.example")
    theirs.get_by_role("button", name="Save").click()
    expect_heading(theirs, "Reception")

    mine.get_by_label("Description").fill("By the lift")
    mine.get_by_label("Location").fill("Ground floor")
    mine.get_by_role("button", name="Save").click()
    expect_heading(mine, "Someone else changed Reception")
    both = mine.get_by_role("row", name="Description")
    for words in ("By the door", "By the window", "By the lift"):
        expect(both).to_contain_text(words)
    expect(mine.get_by_role("row", name="Location")).to_contain_text("Your value is kept")
    expect(mine.get_by_role("row", name="Outbound proxy")).to_contain_text("The current value is kept")
    both.get_by_text("By the lift").click()
    mine.get_by_role("button", name="Save merged device").click()
    expect_heading(mine, "Reception")
    saved = place.read("Reception")
    assert saved is not None
    assert saved.description == "By the lift"
    assert saved.physical_location == "Ground floor"
    assert saved.outbound_proxy_server_net_address == "sbc2.provider.example"


def test_other_persons_value_can_be_kept(people: People, places: Places) -> None:
    people.expect_trouble("409")
    place = places.new()
    page = people.signed_in()
    page.goto(place.add("Reception", description="By the door") + "edit")
    place.change("Reception", description="By the window")
    page.get_by_label("Description").fill("By the lift")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("radio", name=re.compile("keep the current value")).check()
    page.get_by_role("button", name="Save merged device").click()
    expect_heading(page, "Reception")
    expect(page.get_by_text("By the window")).to_be_visible()


def test_draft_returns_after_sign_in(people: People, places: Places) -> None:
    place = places.new(tenant_id="globex")
    page = people.newly_signed_in(LAPSING)
    page.goto(place.add("Reception") + "edit")
    page.get_by_label("Description").fill("By the lift")
    page.get_by_label("Location").fill("Ground floor")
    places.let_sessions_lapse(LAPSING)
    page.get_by_role("button", name="Save").click()
    expect_heading(page, "Sign in")
    expect(page.get_by_role("status")).to_contain_text("Your session ended.")
    fill_in_sign_in(page, LAPSING)
    expect_heading(page, "Edit Reception")
    expect(page.get_by_text("Your entries are restored. Nothing was sent.")).to_be_visible()
    expect(page.get_by_label("Description")).to_have_value("By the lift")
    before = place.read("Reception")
    assert before is not None
    assert before.description == "", "it was sent by itself"
    page.get_by_role("button", name="Save").click()
    expect_heading(page, "Reception")
    expect(page.get_by_text("Ground floor").first).to_be_visible()


def test_draft_of_new_device_returns_without_password(people: People, places: Places) -> None:
    place = places.new(tenant_id="globex")
    page = people.newly_signed_in(LAPSING)
    page.goto(f"{place.url}new?type=Generic SIP Phone")
    page.get_by_label("Name", exact=True).fill("Kitchen")
    page.get_by_role("textbox", name="Password").fill("a secret of the kitchen")
    places.let_sessions_lapse(LAPSING)
    page.get_by_role("button", name="Add device").click()
    fill_in_sign_in(page, LAPSING)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kitchen")
    expect(page.get_by_role("textbox", name="Password")).to_have_value("")
    page.get_by_role("button", name="Add device").click()
    expect_heading(page, "Kitchen")


def test_draft_is_hidden_from_another_user(people: People, places: Places) -> None:
    place = places.new(tenant_id="globex")
    page = people.newly_signed_in(LAPSING)
    page.goto(place.add("Reception") + "edit")
    page.get_by_label("Description").fill("By the lift")
    places.let_sessions_lapse(LAPSING)
    page.get_by_role("button", name="Save").click()
    fill_in_sign_in(page, ADMIN)
    expect_heading(page, "Edit Reception")
    expect(page.get_by_label("Description")).to_have_value("")


def test_list_returns_after_sign_in_in_another_tab(people: People) -> None:
    first = people.newly_signed_in(LAPSING)
    first.goto(AMSTERDAM)
    second = first.context.new_page()
    second.goto("/account")
    _sign_out(second)
    first.get_by_role("link", name="Offline").click()
    expect_heading(first, "Sign in")
    expect(first.locator("header.topbar")).to_have_count(0)  # it is a page, not something in the list's place
    fill_in_sign_in(first, LAPSING)
    expect_heading(first, "Devices")
    expect(first).to_have_url(re.compile(re.escape(f"{AMSTERDAM}?status=Offline") + "$"))
    expect(first.locator("header.topbar")).to_be_visible()


def test_session_can_be_ended_from_another_browser(people: People) -> None:
    here, there = people.newly_signed_in(GROUP_ADMIN), people.newly_signed_in(GROUP_ADMIN, user_agent="Lynx/2.9")
    here.goto("/account")
    here.get_by_role("row", name="Lynx").get_by_role("button", name="End").click()
    expect(here.get_by_text("Session ended.")).to_be_visible()
    expect(here.get_by_role("row", name="Lynx")).to_have_count(0)
    there.goto("/account")
    expect_heading(there, "Sign in")


def test_second_press_during_late_answer_sends_nothing(people: People, places: Places) -> None:
    place = places.new()
    page = people.signed_in()
    page.goto(f"{place.url}new?type=Generic SIP Phone")
    page.get_by_label("Name", exact=True).fill("Kitchen")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/new*", hold)
    page.evaluate(_PRESS_TWICE)
    assert len(held) == 1
    held[0].continue_()
    expect_heading(page, "Kitchen")
    expect(page.get_by_text("Kitchen added.")).to_be_visible()
