"""Reading a config file with the keyboard, with a pointer, and without script."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import Places, spare_mac
from tests.support.browser.product import Product
from tests.support.browser.states import Stage
from tests.support.browser.states_of_files import FILE_STATES

_SHOWN = "(mark) => getComputedStyle(mark, '::after').content"


@pytest.fixture
def page(people: People, places: Places, deaf: Product) -> Page:
    return FILE_STATES["a config file"](Stage(people, places, deaf))


def test_tag_value_shows_on_focus_or_hover_until_escape(page: Page) -> None:
    marks = page.locator(".text .bw")
    assert [marks.nth(at).evaluate(_SHOWN) for at in (0, 1, 2)] == ['"Line 1: Ada"', "none", "none"]
    marks.nth(2).hover()
    assert marks.nth(2).evaluate(_SHOWN) == '"Line 1: Ada"'
    page.keyboard.press("Escape")
    assert [marks.nth(at).evaluate(_SHOWN) for at in (0, 2)] == ["none", "none"]
    page.mouse.move(0, 0)
    marks.nth(2).hover()
    assert marks.nth(2).evaluate(_SHOWN) == '"Line 1: Ada"'


def test_tag_is_one_tab_stop_linked_to_entry_and_line(page: Page) -> None:
    stops = []
    for _ in range(6):
        stops.append(page.evaluate("document.activeElement.textContent"))
        page.keyboard.press("Tab")
    assert stops == [
        "%BWFIRSTNAME-1%",
        "%BWLASTNAME-1%",
        "%BWAUTHPASSWORD-1%",
        "%SIP_SERVER%",
        "%NTP_BACKUP%",
        "%BWTIMESTAMP%",
    ]
    mark = page.get_by_role("link", name="%NTP_BACKUP%").first
    expect(mark).to_have_accessible_description("Not defined at any level: the phone receives it as written")
    mark.press("Enter")
    expect(page.locator(":target")).to_contain_text("line 6")
    page.keyboard.press("Tab")  # to the name, which leads to the table of tags
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="line 6")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(":target")).to_have_text("local_time.ntp_server2 = %NTP_BACKUP%")


def test_file_is_read_turned_and_downloaded_without_script(people: People, places: Places) -> None:
    place = places.new()
    place.add("Desk", mac_address=spare_mac())
    content = b"".join(b"a.%d = \xff%%NOPE%%\r\n" % number for number in range(1_500))
    url = place.put_file("Desk", content)
    page = people.signed_in(java_script_enabled=False)
    page.goto(url)
    page.get_by_role("link", name="Rendered").click()
    page.get_by_role("link", name="Next lines, from 1,001").click()
    expect(page.locator("#L1500")).to_contain_text("a.1499 = ÿ%NOPE%")
    page.get_by_label("Go to line").fill("7")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("#L7")).to_be_in_viewport()
    assert "as=phone" in page.url
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").click()
    assert downloading.value.suggested_filename == "%BWMACADDRESS%.cfg"
    assert downloading.value.path().read_bytes() == content
