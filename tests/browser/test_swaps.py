"""The device list where JavaScript runs: parts of the page are swapped, and nothing of a page's own ways is lost."""

import contextlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect

from tests.support.browser.checks import wait_for_swaps
from tests.support.browser.people import People
from tests.support.browser.places import CAMPUS, HEADQUARTERS


class Listed:
    """The list as somebody looks at it; `whole_loads` counts pages that came in one piece since it was opened."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        self.whole_loads = 0
        page.on("request", self._count)

    @property
    def names(self) -> list[str]:
        return self.page.locator("tbody .c-name").all_inner_texts()

    @property
    def count(self) -> str:
        """What stands beside the heading, such as "1–50 of 160"."""
        return self.page.locator("h1 + .count").inner_text()

    def type(self, words: str) -> None:
        self.page.get_by_role("searchbox").press_sequentially(words, delay=20)

    def expect_said(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("#announce")).to_have_text(words)

    def expect_focus(self, selector: str) -> None:
        expect(self.page.locator(selector)).to_be_focused()

    def _count(self, request: Request) -> None:
        self.whole_loads += request.is_navigation_request()


@pytest.fixture
def listed(people: People) -> Listed:
    return Listed(people.signed_in(), HEADQUARTERS)


def test_typing_narrows_the_list_in_place_and_says_so(listed: Listed) -> None:
    listed.type("polycom")
    expect(listed.page).to_have_url(re.compile(r"\?q=polycom$"))
    listed.expect_said("20 devices, 1 to 20 shown")
    listed.expect_focus("#find-q")
    assert listed.count == "1–20 of 20"
    assert listed.whole_loads == 0


def test_filter_sort_and_page_swap_and_keep_focus(people: People) -> None:
    listed = Listed(people.signed_in(), CAMPUS)
    steps = (
        ("Offline", "status=Offline"),
        ("IP address / host", "sort=address"),
        ("IP address / host", "sort=-address"),
        ("Next", "page=2"),
    )
    for name, query in steps:
        link = listed.page.get_by_role("link", name=name)
        link.press("Enter")
        expect(listed.page).to_have_url(re.compile(re.escape(query)))
        expect(link).to_be_focused()
    listed.expect_said(re.compile("devices, 51 to 100 shown"))
    expect(listed.page.get_by_role("columnheader", name="IP address / host")).to_have_attribute(
        "aria-sort", "descending"
    )
    assert listed.whole_loads == 0


def test_another_page_begins_at_its_top(people: People) -> None:
    page = Listed(people.signed_in(), CAMPUS).page
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


def test_heading_gets_focus_when_control_is_gone(listed: Listed) -> None:
    listed.page.goto(f"{HEADQUARTERS}?page=3")
    listed.page.get_by_role("link", name="Next").press("Enter")
    expect(listed.page).to_have_url(re.compile("page=4"))
    listed.expect_focus("h1")


def test_back_forward_and_reload_show_whole_pages(listed: Listed) -> None:
    page = listed.page
    first = listed.names
    page.get_by_role("link", name="Offline").click()
    expect(page).to_have_url(re.compile("status=Offline"))
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    offline = listed.names
    listed.type("yealink")
    expect(page).to_have_url(re.compile("q=yealink"))
    assert "status=Offline" in page.url
    page.go_back()
    expect(page.locator("tbody .c-name")).to_have_text(offline)
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.go_back()
    expect(page.locator("tbody .c-name")).to_have_text(first)
    page.go_forward()
    expect(page.locator("tbody .c-name")).to_have_text(offline)
    expect(page.get_by_role("link", name="Offline")).to_have_attribute("aria-current", "true")
    page.reload()
    expect(page.locator("tbody .c-name")).to_have_text(offline)
    expect(page.locator("header.topbar")).to_be_visible()


def test_device_and_back_returns_to_the_very_list(listed: Listed) -> None:
    listed.page.get_by_role("link", name="Offline").click()
    expect(listed.page).to_have_url(re.compile("status=Offline"))
    expect(listed.page.locator("[aria-busy=true]")).to_have_count(0)
    names = listed.names
    listed.page.locator("tbody .c-name a").first.click()
    expect(listed.page.get_by_role("heading", level=1, name=names[0])).to_be_visible()
    listed.page.go_back()
    expect(listed.page.locator("tbody .c-name")).to_have_text(names)
    expect(listed.page.locator("header.topbar")).to_be_visible()


def test_last_question_wins_over_late_answers(listed: Listed) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    search = listed.page.get_by_role("searchbox")
    listed.page.route(re.compile(r"q=polycom$"), hold)
    with listed.page.expect_request(re.compile(r"q=polycom$")):
        search.fill("polycom")
    search.fill("gigaset")
    listed.expect_said("2 devices, 1 to 2 shown")
    assert len(held) == 1, "the early question was asked"
    with contextlib.suppress(Error):  # raised where the page has taken the question back
        held[0].fulfill(status=200, content_type="text/html", body='<div id="device-list">late</div>')
    wait_for_swaps(listed.page)
    expect(listed.page.locator("tbody tr")).to_have_count(2)
    expect(listed.page).to_have_url(re.compile("q=gigaset$"))


def test_search_waits_for_a_pause_in_typing(people: People) -> None:
    page = people.signed_in()
    page.clock.install()
    listed = Listed(page, HEADQUARTERS)
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[2]))
    listed.type("polycom")
    assert asked == []
    page.clock.run_for(300)
    listed.expect_said("20 devices, 1 to 20 shown")
    assert [query for query in asked if query.startswith("q=")] == ["q=polycom"]


def test_slim_bar_tells_that_an_answer_is_awaited(listed: Listed) -> None:
    held: list[Route] = []
    listed.page.route("**/*status=*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    bar = listed.page.locator(".busy")
    expect(bar).to_have_css("opacity", "0")
    listed.page.get_by_role("link", name="Offline").click()
    expect(bar).to_have_css("opacity", "1")
    held[0].continue_()
    expect(listed.page.get_by_role("link", name="Offline")).to_have_attribute("aria-current", "true")
    expect(bar).to_have_css("opacity", "0")


def test_directory_is_narrowed_in_place(people: People) -> None:
    listed = Listed(people.signed_in(), "/")
    listed.type("amster")
    listed.expect_said("1 group shown")
    expect(listed.page.get_by_role("link", name="Amsterdam")).to_be_visible()
    expect(listed.page.get_by_role("link", name="Campus")).to_have_count(0)
    assert listed.whole_loads == 0


def test_type_change_swaps_fields_and_keeps_input(people: People) -> None:
    listed = Listed(people.signed_in(), "/tenants/acme/groups/annex/devices/new?type=Yealink-T46G")
    page = listed.page
    page.get_by_label("Name", exact=True).fill("Kitchen")
    page.get_by_label("MAC address").fill("00:15:65")
    page.get_by_label("Location").fill("Ground floor")
    expect(page.get_by_label("IP address / host")).to_have_count(0)
    page.get_by_label("Type", exact=True).press("G")  # as far as "Generic SIP Phone", the first of that letter
    expect(page.get_by_label("IP address / host")).to_be_visible()
    expect(page.get_by_label("Type", exact=True)).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kitchen")
    expect(page.get_by_label("MAC address")).to_have_value("00:15:65")
    expect(page.get_by_label("Location")).to_have_value("Ground floor")
    assert listed.whole_loads == 0
