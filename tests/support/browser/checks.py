"""Checks of a page in a real browser."""

from playwright.sync_api import Page, expect

WIDER_THAN_PAGE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 120))"""


_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"


def wait_for_swaps(page: Page) -> None:
    """Wait until what has arrived stands in the page, for tests of what must not change by it."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.evaluate(_FRAMES)


def expect_heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()
