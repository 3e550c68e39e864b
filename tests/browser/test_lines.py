"""Every way to move a line leads to the same order: by mouse, by keys, by touch, and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.browser.checks import expect_heading
from tests.support.browser.keyboard import tab_to
from tests.support.browser.people import ADMIN, TENANT_ADMIN, People
from tests.support.browser.places import GroupRef, Places
from tests.support.waiting import wait_until

_TEAM: list[dict[str, Any]] = [{"first_name": "Ada"}, {"first_name": "Bea"}, {"first_name": "Cyd", "order": 5}]


@pytest.fixture
def place(places: Places) -> GroupRef:
    """A group with a DECT base, on which Ada is on 1, Bea on 2 and Cyd on 5, and a phone on which they are in a row."""
    place = places.new()
    place.add("Base", people=_TEAM, device_type="Yealink-W60B")
    place.add("Phone", people=[{"first_name": name} for name in ("Ada", "Bea", "Cyd", "Dot")])
    return place


def opened(people: People, place: GroupRef, device: str = "Base", username: str = ADMIN, **options: Any) -> Page:
    page = people.signed_in(username, **options)
    page.goto(f"{place.device_url(device)}lines/")
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator("#lines tr").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{name}")))


def expect_order(page: Page, *order: str) -> None:
    """Who is in which row that holds somebody, from above."""
    expect(page.locator("#lines tr:not(.empty) th > bdi")).to_have_text([f"{name} Example" for name in order])


def port(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=f"Port of {name}")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save order").click()
    expect(page.get_by_text(re.compile("Line order of .+ updated"))).to_be_visible()


def drag(page: Page, name: str, onto: Locator) -> None:
    grip = row(page, name).locator(".grip")
    grip.hover()
    # It comes with the mouse. Not page.wait_for_function: the CSP refuses the eval of its second look.
    wait_until(lambda: bool(page.evaluate("window.Sortable !== undefined")))
    grip.drag_to(onto)


def test_drag_on_base_swaps_or_takes_empty_port(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    drag(page, "Ada", row(page, "Cyd"))
    expect(page.locator("#announce")).to_contain_text("Ada Example is on port 5. 2 lines will move")
    expect(port(page, "Ada")).to_have_value("5")
    expect(port(page, "Cyd")).to_have_value("1")
    drag(page, "Bea", page.locator("#lines tr.empty").last)
    expect(port(page, "Bea")).to_have_value("8")
    expect(page.get_by_role("complementary")).to_contain_text("3 lines move, port 2 becomes empty")
    expect(row(page, "Bea")).to_contain_text("moved from 2")
    save(page)
    assert place.ports("Base") == {1: "Cyd", 5: "Ada", 8: "Bea"}


def test_dragging_on_a_phone_makes_the_others_close_up(people: People, place: GroupRef) -> None:
    page = opened(people, place, "Phone")
    drag(page, "Ada", row(page, "Cyd"))
    expect_order(page, "Bea", "Cyd", "Ada", "Dot")
    drag(page, "Dot", row(page, "Bea"))
    expect_order(page, "Dot", "Bea", "Cyd", "Ada")
    save(page)
    assert place.ports("Phone") == {4: "Ada", 2: "Bea", 3: "Cyd", 1: "Dot"}


def test_moving_by_keys_keeps_focus_on_the_line(people: People, place: GroupRef) -> None:
    page = opened(people, place, "Phone")
    port(page, "Ada").focus()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowDown")
    expect_order(page, "Bea", "Cyd", "Dot", "Ada")
    page.keyboard.press("Alt+ArrowUp")
    expect_order(page, "Bea", "Cyd", "Ada", "Dot")
    expect(port(page, "Ada")).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("Ada Example is on port 3.")


def test_line_can_be_grabbed_carried_put_back_and_dropped(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    announced = page.locator("#announce")
    tab_to(page, "Pick up Bea")
    page.keyboard.press("Space")
    expect(announced).to_contain_text("Use the arrow keys to move it, Space to drop it, Escape to cancel.")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(port(page, "Bea")).to_have_value("6")
    expect(port(page, "Cyd")).to_have_value("4")
    expect(row(page, "Bea").locator(".grip")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(announced).to_contain_text("No lines moved.")
    expect(port(page, "Cyd")).to_have_value("5")
    expect(port(page, "Bea")).to_have_value("2")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(port(page, "Bea")).to_have_value("1")
    page.keyboard.press("Space")
    expect(announced).to_have_text("Dropped.")
    page.keyboard.press("ArrowDown")
    expect(row(page, "Bea").locator(".grip")).to_be_focused()
    tab_to(page, "Save order")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Line order of .+ updated"))).to_be_visible()
    assert place.ports("Base") == {1: "Bea", 2: "Ada", 5: "Cyd"}


def test_presses_during_late_answer_run_in_order(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/lines/order", hold, times=1)
    down = page.get_by_role("button", name="Move Ada Example down")
    down.click()
    down.click(force=True)  # it is drawn as pressed
    page.get_by_role("button", name="Move Cyd Example down").click()
    page.get_by_role("button", name="Save order").click()
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text(re.compile("Line order of .+ updated"))).to_be_visible()
    assert place.ports("Base") == {1: "Bea", 3: "Ada", 6: "Cyd"}


def _type(page: Page) -> None:
    port(page, "Ada").fill("3")
    port(page, "Ada").press("Enter")


def _press_buttons(page: Page) -> None:
    for _ in range(2):
        page.get_by_role("button", name="Move Ada Example down").click()


@pytest.mark.parametrize("way", [_type, _press_buttons])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_typing_and_buttons_work_on_a_small_screen(
    people: People, place: GroupRef, javascript: bool, way: Callable[[Page], None]
) -> None:
    page = opened(people, place, "Phone", viewport={"width": 400, "height": 800}, java_script_enabled=javascript)
    way(page)
    expect_order(page, "Bea", "Cyd", "Ada", "Dot")
    expect(page.get_by_role("complementary")).to_contain_text("3 lines move")
    row(page, "Ada").get_by_role("button", name="Move Ada Example back to port 1").click()
    expect_order(page, "Ada", "Bea", "Cyd", "Dot")
    way(page)
    expect_order(page, "Bea", "Cyd", "Ada", "Dot")
    save(page)
    assert place.ports("Phone") == {3: "Ada", 1: "Bea", 2: "Cyd", 4: "Dot"}


def test_port_that_cannot_be_keeps_the_cursor_and_says_why(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    port(page, "Ada").fill("9")
    port(page, "Ada").press("Enter")
    expect(port(page, "Ada")).to_have_accessible_description(
        re.compile("This port does not exist. The device has 8 ports.")
    )
    expect(port(page, "Ada")).to_be_focused()
    port(page, "Ada").fill("4")
    port(page, "Ada").press("Enter")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(port(page, "Ada")).to_have_value("4")


def test_leaving_asks_only_with_unsaved_moves(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    page.get_by_role("button", name="Move Ada Example down").click()
    expect(row(page, "Ada")).to_contain_text("moved from 1")
    assert page.evaluate("unsavedForms().length") == 1
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_role("complementary")).to_contain_text("No changes yet")
    assert page.evaluate("unsavedForms().length") == 0


def test_filtering_lines_keeps_pending_moves(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    page.get_by_role("button", name="Move Ada Example down").click()
    expect(port(page, "Ada")).to_have_value("2")
    page.get_by_role("searchbox", name="Filter these lines").fill("çýd")
    expect(row(page, "Ada")).to_be_hidden()
    expect(row(page, "Cyd")).to_be_visible()
    expect(row(page, "Cyd").locator(".grip")).to_be_hidden()
    page.get_by_role("button", name="Move Cyd Example down").click()
    expect(port(page, "Cyd")).to_have_value("6")
    expect(row(page, "Ada")).to_be_hidden()
    save(page)
    assert place.ports("Base") == {1: "Bea", 2: "Ada", 6: "Cyd"}


def test_concurrent_boards_show_the_conflict(people: People, place: GroupRef) -> None:
    people.expect_trouble("409")
    mine, theirs = opened(people, place), opened(people, place, username=TENANT_ADMIN)
    theirs.get_by_role("button", name="Move Bea Example up").click()
    save(theirs)
    port(mine, "Cyd").fill("8")
    port(mine, "Cyd").press("Enter")
    expect(row(mine, "Cyd")).to_contain_text("moved from 5")
    mine.get_by_role("button", name="Save order").click()
    expect(mine.get_by_role("alert").filter(visible=True)).to_contain_text("Someone else changed the lines")
    expect(mine.get_by_role("row", name="Ada")).to_contain_text("Moved by someone else. Keeps that port")
    assert place.ports("Base") == {1: "Bea", 2: "Ada", 5: "Cyd"}
    mine.get_by_role("button", name="Save combined order").click()
    expect(mine.get_by_text(re.compile("Line order of .+ updated"))).to_be_visible()
    assert place.ports("Base") == {1: "Bea", 2: "Ada", 8: "Cyd"}


def test_same_press_asks_for_the_reboot(people: People, place: GroupRef) -> None:
    page = opened(people, place)
    page.get_by_role("button", name="Move Bea Example up").click()
    expect(page.get_by_text("3 people lose service for about a minute")).to_be_visible()
    page.get_by_label("Reboot after saving").check()
    page.get_by_role("button", name="Move Bea Example down").click()
    expect(port(page, "Bea")).to_have_value("2")
    page.get_by_role("button", name="Move Cyd Example down").click()
    expect(port(page, "Cyd")).to_have_value("6")
    page.get_by_label("Reboot after saving").check()
    page.get_by_role("button", name="Save order").click()
    expect_heading(page, "Rebooting Base")
    assert place.ports("Base") == {1: "Ada", 2: "Bea", 6: "Cyd"}
