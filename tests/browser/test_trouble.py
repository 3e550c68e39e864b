"""What a person sees of a list while something is wrong, and that nothing on the page is lost by it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import HEADQUARTERS
from tests.support.browser.product import Product


@pytest.fixture
def page(people: People) -> Page:
    page = people.signed_in()
    page.goto(HEADQUARTERS)
    return page


def _narrow(page: Page, words: str = "polycom") -> None:
    page.get_by_role("searchbox").press_sequentially(words)


def _expect_it_said_and_nothing_lost(page: Page, words: str) -> None:
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text(words)
    expect(trouble).to_contain_text("This page was not updated.")
    expect(page.get_by_role("searchbox")).to_have_value("polycom")
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _expect_it_heals(page: Page) -> None:
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(20)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_unreachable_portal_is_reported_and_list_stays(people: People, page: Page) -> None:
    people.expect_trouble("ERR_CONNECTION_REFUSED")
    people.expect_trouble("Failed to fetch")
    page.route("**/*q=*", lambda route: route.abort("connectionrefused"))
    _narrow(page)
    _expect_it_said_and_nothing_lost(page, "The portal cannot be reached.")
    page.unroute_all()
    _expect_it_heals(page)


def test_answer_of_a_proxy_does_not_land_in_the_table(people: People, page: Page) -> None:
    people.expect_trouble("503")
    page.route("**/*q=*", lambda route: route.fulfill(status=503, content_type="text/html", body="<h1>nginx</h1>"))
    _narrow(page)
    _expect_it_said_and_nothing_lost(page, "The portal returned an error (503).")
    expect(page.get_by_text("nginx")).to_have_count(0)
    page.unroute_all()
    _expect_it_heals(page)


def test_trying_again_asks_for_what_was_typed(people: People, page: Page) -> None:
    people.expect_trouble("502")
    page.route("**/*q=*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    _narrow(page)
    again = page.get_by_role("alert").get_by_role("link", name="Try again")
    expect(again).to_have_attribute("href", re.compile(r"\?q=polycom$"))  # a slow typist is answered on the way there
    page.unroute_all()
    again.click()
    expect(page).to_have_url(re.compile(r"\?q=polycom$"))
    expect(page.locator("tbody tr")).to_have_count(20)


def test_killed_portal_loses_nothing(people: People, product: Product) -> None:
    people.expect_trouble("ERR_")
    people.expect_trouble("Failed to fetch")
    other = product.sibling()
    other.start()
    try:
        page = people.signed_in(product=other)
        page.goto(HEADQUARTERS)
        other.stop()
        _narrow(page)
        _expect_it_said_and_nothing_lost(page, "The portal cannot be reached.")
        other.start()
        _expect_it_heals(page)
    finally:
        other.stop()


def test_platform_failure_leaves_the_list_and_ends_with_it(people: People, deaf: Product) -> None:
    page = people.signed_in()
    page.goto(HEADQUARTERS)
    page.route(
        "**/*after=*", lambda route: route.continue_(url=route.request.url.replace(people.product.url, deaf.url))
    )
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("alert").get_by_text("The telephony platform is not responding")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("The telephony platform is not responding")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.unroute_all()
    expect(page.get_by_text("The telephony platform is not responding")).to_have_count(0, timeout=20_000)
    expect(page.locator("tbody tr")).to_have_count(50)


def test_missing_page_replaces_list_until_going_back(people: People, page: Page) -> None:
    people.expect_trouble("404")
    people.expect_trouble("'#device-list' on hx-target did not match")  # htmx says so, and the portal goes there
    page.route(
        "**/*status=Offline*", lambda route: route.continue_(url=people.product.url + "/tenants/acme/groups/x/devices/")
    )
    page.get_by_role("link", name="Offline").click()
    expect(page.get_by_role("heading", level=1, name="Page not found")).to_be_visible()
    expect(page).to_have_title(re.compile("^Page not found"))
    page.unroute_all()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(50)
