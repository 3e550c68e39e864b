"""Devices selected in a list, whatever page, order or filter of it is shown."""

from playwright.sync_api import Locator, Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import Places


def box(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Select {name}", exact=True)


def export(page: Page) -> list[str]:
    """Return the names in the downloaded export."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()[1:]
    return [line.split('"')[1] for line in lines]


def test_selection_outlives_pages_filters_and_going_back(people: People, places: Places) -> None:
    group = places.new()
    for number in range(10, 40):
        group.add(f"d {number}", status="Offline" if number > 35 else "Online")
    page = people.signed_in()
    page.goto(f"{group.url}?size=25")
    bar, said = page.locator("#bulk"), page.locator("#announce")
    expect(bar).to_be_hidden()
    box(page, "d 10").click()
    box(page, "d 13").click(modifiers=["Shift"])
    expect(said).to_have_text("4 selected")
    page.get_by_role("link", name="Next").click()
    expect(bar).to_contain_text("4 selected · 4 not on this page Select all 30 that match")
    page.locator("#status-3").click()
    expect(bar).to_contain_text("4 selected · 4 not on this page, 4 do not match the filter Select all 4 that match")
    bar.get_by_role("button", name="Select all 4").click()
    expect(said).to_have_text("8 selected · 4 not on this page, 4 do not match the filter")
    assert export(page) == ["d 10", "d 11", "d 12", "d 13", "d 36", "d 37", "d 38", "d 39"]
    page.go_back()
    page.go_back()
    expect(bar).to_contain_text("8 selected · 4 not on this page Select all 30")
    expect(box(page, "d 12")).to_be_checked()
    expect(page.get_by_label("Select all on this page")).to_have_js_property("indeterminate", value=True)
    group.remove("d 37")
    group.remove("d 12")
    page.get_by_role("link", name="Refresh").click()
    expect(bar).to_contain_text("No longer in this group: “d 12”, “d 37”.")
    bar.get_by_role("button", name="Remove from the selection").click()
    expect(said).to_have_text("6 selected · 3 not on this page")
    page.reload()
    expect(bar).to_contain_text("6 selected")
    page.get_by_role("button", name="Reboot…").click()
    expect(page.get_by_role("heading", name="Reboot 6 devices")).to_be_visible()
    page.goto(group.url)
    expect(page.locator(".pick tbody tr").first).to_be_visible()
    expect(bar).to_be_hidden()


def test_rows_are_selected_by_keyboard(people: People, places: Places) -> None:
    group = places.new()
    for name in "abcdefg":
        group.add(name)
    page = people.signed_in()
    page.goto(group.url)
    said = page.locator("#announce")
    page.get_by_role("link", name="b", exact=True).focus()
    page.keyboard.press("x")
    expect(said).to_have_text("1 selected")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(said).to_have_text("3 selected")
    box(page, "f").focus()
    page.keyboard.press("Space")
    expect(said).to_have_text("4 selected")
    page.keyboard.press("x")
    expect(said).to_have_text("3 selected")
    page.get_by_label("Select all on this page").focus()
    page.keyboard.press("Space")
    expect(said).to_have_text("7 selected")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Nothing selected")
    expect(page.locator(".pick :checked")).to_have_count(0)


def test_page_without_script_sends_its_rows_or_all(people: People, places: Places) -> None:
    group = places.new()
    for name in "abc":
        group.add(name)
    page = people.signed_in(java_script_enabled=False)
    page.goto(group.url)
    box(page, "b").check()
    assert export(page) == ["b"]
    box(page, "b").uncheck()
    page.get_by_label("or all 3 that match").check()
    assert export(page) == ["a", "b", "c"]
