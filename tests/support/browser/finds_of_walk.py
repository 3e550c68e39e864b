"""The walk through saved views and the search over everything."""

from urllib.parse import quote

from playwright.sync_api import Page, expect

from app.portal.store.list_settings import MOST_OF_NAME
from tests.support.browser.looker import Looker


def look_at_views(looker: Looker, page: Page) -> None:
    """A name is shorter than the text, so the text is shared out among several."""
    text, filtered = looker.one_line(looker.text), f"{looker.place.url}?q={quote(looker.one_line(looker.text))}"
    parts = range(0, len(text), MOST_OF_NAME - 4)
    names = [f"{start} {text[start : start + MOST_OF_NAME - 4]}" for start in parts]
    too_long = text + "x" * MOST_OF_NAME
    for name in [*names, too_long]:
        looker.open(page, filtered)
        page.locator("summary", has_text="Save view").click()
        page.get_by_label("Name of this view").fill(name)
        page.get_by_role("button", name="Save view", exact=True).click()
        if name in names:
            expect(page.get_by_role("navigation", name="Saved views").get_by_role("link").first).to_be_visible()
    looker.note("view with too long a name", page)
    looker.open(page, looker.place.url)
    looker.note("list with saved views", page)
    looker.open(page, f"{looker.place.url}views")
    looker.note("saved views", page)
    page.get_by_label("New name of").first.fill(too_long)
    page.get_by_role("button", name="Rename").first.click()
    expect(page.get_by_text("At most")).to_be_visible()
    looker.note("view renamed too long", page)
    for left in range(len(names), 0, -1):
        expect(page.get_by_role("button", name="Delete")).to_have_count(left)
        page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("No saved views")).to_be_visible()


def look_at_search(looker: Looker, page: Page) -> None:
    """What the index holds was read from the platform while the walk went on."""
    text = looker.one_line(looker.text)
    asked = quote(text)
    for name, query in {
        "search": f"q={asked}",
        "search for devices": f"q={asked}&kind=device",
        "search within": f"q={asked}&in={quote(looker.place.tenant_id)}",
        "search without a hit": f"q=none{asked}&kind={asked}",
        "search of a list": f"q={asked}%0Anowhere%0A{asked}",
    }.items():
        looker.open(page, f"/search?{query}")
        looker.note(name, page)
    page.get_by_role("combobox", name="Search devices, people, numbers and MACs").first.fill(text)
    expect(page.locator("#finder [data-words]")).to_be_visible()
    looker.note("search while one types", page)
