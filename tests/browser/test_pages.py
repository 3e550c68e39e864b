from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from app.reference_api.phone_types import CATALOGUE
from tests.support.browser.accessibility import assert_accessible
from tests.support.browser.checks import WIDER_THAN_PAGE
from tests.support.browser.people import People, SettledPeople
from tests.support.browser.places import HEADQUARTERS, Places
from tests.support.browser.product import Product
from tests.support.browser.states import STATES, Stage
from tests.support.browser.states_of_file_changes import FILE_CHANGE_STATES
from tests.support.browser.states_of_files import FILE_STATES
from tests.support.browser.states_of_history import HISTORY_STATES
from tests.support.browser.states_of_jobs import JOB_STATES
from tests.support.browser.states_of_lines import LINE_STATES

EVERY_STATE = STATES | LINE_STATES | FILE_STATES | FILE_CHANGE_STATES | HISTORY_STATES | JOB_STATES

# What these show, the states of another test show as well: the same template with other words, or with less on it.
VARIANTS = {
    "directory without a match",
    "empty group",
    "list of an empty group",
    "search without a hit",
    "403",
    "404",
    "sign-in after the session ended",
    "tags, the second page of those of the device",
    "tags of a set that there is not",
    "delete with nobody on it",
    "lines that keep their order",
    "lines of a large base",
    "no config files",
    "undo of an order of lines",
    "history without a match",
    "history of a device that is gone",
    "job being checked",
    "difference of a job",
    "copy of a device",
    *(f"new {phone_type}" for phone_type in CATALOGUE if phone_type not in {"Generic SIP Phone", "Yealink-W60B"}),
}

WIDTHS = (1440, 1100, 1024, 400, 320)  # CSS pixels


# A table may scroll in its panel; it must not run over what stands beside it.
WIDER_THAN_ITS_PANEL = """() => [...document.querySelectorAll(".panel > table")]
  .filter((table) => getComputedStyle(table.parentElement).overflowX === "visible")
  .filter((table) => table.getBoundingClientRect().right > table.parentElement.getBoundingClientRect().right + 1)
  .map((table) => table.outerHTML.slice(0, 120))"""

_LOOKS = """() => [...document.querySelectorAll("body, main, main *")].map((element) => {
  const { color, backgroundColor, borderColor, backgroundImage } = getComputedStyle(element);
  return [element.localName, element.className.toString(), color, backgroundColor, borderColor, backgroundImage];
})"""


@pytest.fixture(scope="module")
def settled(chromium: Browser, product: Product, cookies: dict[str, Any]) -> Iterator[SettledPeople]:
    settled = SettledPeople(chromium, product, cookies)
    yield settled
    settled.leave()


@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=pytest.mark.long) if state in VARIANTS else state for state in EVERY_STATE]
)
def test_page_has_title_no_axe_violation_and_fits(
    state: str, settled: SettledPeople, places: Places, deaf: Product
) -> None:
    settled.begin()
    page = EVERY_STATE[state](Stage(settled, places, deaf))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_count(1)
    assert page.title().startswith(heading.inner_text())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDER_THAN_PAGE) == [], f"at {width} px"
        assert page.evaluate(WIDER_THAN_ITS_PANEL) == [], f"at {width} px"
    assert_accessible(settled, page, "at 320 px")
    page.set_viewport_size({"width": 1440, "height": 800})
    page.emulate_media(color_scheme="dark")
    assert_accessible(settled, page, "dark")
    assert settled.troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_auto_looks_like_the_theme_that_the_system_asks_for(people: People, scheme: Any) -> None:
    page = people.signed_in(color_scheme=scheme)
    page.goto(HEADQUARTERS)
    automatic = page.evaluate(_LOOKS)
    cookie = {"name": "theme", "value": scheme, "url": people.product.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of these keys
    page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    page.reload()
    assert page.evaluate(_LOOKS) == automatic


@pytest.mark.parametrize("javascript", [True, False])
def test_theme_once_chosen_is_there_from_the_first_byte(people: People, javascript: bool) -> None:
    page = people.signed_in(java_script_enabled=javascript, color_scheme="light")
    page.goto(HEADQUARTERS)
    page.locator("summary.who").click()
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(people.product.url + HEADQUARTERS)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 20, 22)")
