import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import HEADQUARTERS


@pytest.fixture
def page(people: People) -> Page:
    page = people.signed_in()
    page.goto(HEADQUARTERS)
    return page


def names(page: Page) -> list[str]:
    return page.locator("tbody .c-name a").all_inner_texts()


def test_arrows_move_between_filter_and_names(page: Page) -> None:
    first, second, *_ = names(page)
    search = page.get_by_role("searchbox")
    page.keyboard.press("f")
    expect(search).to_be_focused()
    for key, name in (("ArrowDown", first), ("ArrowDown", second), ("ArrowUp", first)):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()


def test_arrows_stop_at_last_name_and_scroll_elsewhere(page: Page) -> None:
    last = page.locator("tbody .c-name a").last
    last.focus()
    page.keyboard.press("ArrowDown")
    expect(last).to_be_focused()
    page.goto(HEADQUARTERS)
    page.keyboard.press("ArrowDown")
    expect(page.locator("body")).to_be_focused()


def test_focused_name_is_not_under_the_table_head(page: Page) -> None:
    page.locator("tbody .c-name a").nth(40).focus()
    for _ in range(35):
        page.keyboard.press("ArrowUp")
    name, head = page.locator("a:focus").bounding_box(), page.locator("thead").bounding_box()
    assert name
    assert head
    assert name["y"] >= head["y"] + head["height"]


def test_question_mark_lists_keys_and_escape_closes(page: Page) -> None:
    link = page.locator("tbody .c-name a").nth(3)
    link.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Copy the MAC")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_keys_are_listed_in_menu_and_help(page: Page) -> None:
    page.locator("summary.who").click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_role("link", name="Close").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("summary.who")).to_be_focused()
    page.goto("/help")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_focused()


def test_keys_are_letters_while_one_types(page: Page) -> None:
    search = page.get_by_role("searchbox")
    search.focus()
    page.keyboard.type("c/?")
    expect(search).to_have_value("c/?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_single_keys_can_be_switched_off_and_the_arrows_stay(page: Page) -> None:
    page.goto("/account")
    page.get_by_label(re.compile("Use single keys")).uncheck()
    page.goto(HEADQUARTERS)
    for key in ("/", "f", "?", "c"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("searchbox").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("tbody .c-name a").first).to_be_focused()


def test_tab_reaches_everything_in_order(page: Page) -> None:
    page.goto(f"{HEADQUARTERS}?size=25")
    seen = []
    for _ in range(200):
        page.keyboard.press("Tab")
        focus = page.evaluate("""() => {
            const at = document.activeElement;
            return at === document.body ? null : [at.compareDocumentPosition(document.body), at.outerHTML.slice(0, 90)];
        }""")
        if focus is None:
            break
        seen.append(focus[1])
    else:
        pytest.fail(f"the focus never left the page: {seen[-5:]}")
    order = page.evaluate("""() => [...document.querySelectorAll("a[href], button, input, select, summary")]
        .filter((element) => element.checkVisibility() && element.type !== "hidden")
        .map((element) => element.outerHTML.slice(0, 90))""")
    assert seen == order
