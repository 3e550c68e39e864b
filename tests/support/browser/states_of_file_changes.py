"""A config file on its way to the platform, in each state that its pages can be in."""

from playwright.sync_api import Page, expect

from tests.support.browser.editor import replace_file_content
from tests.support.browser.places import GroupRef
from tests.support.browser.states import Stage, Way

FILE = "%BWMACADDRESS%.cfg"
_TEXT = b"".join(b"account.%d.label = Reception\n" % n for n in range(1, 40))
_LONG = b"a.key.that.goes.on = " + b"W" * 300 + b" %NOBODY_KNOWS%\n\ttabbed = 1\n"


def _opened(stage: Stage) -> tuple[GroupRef, Page]:
    place = stage.places.new()
    url = place.add("Reception desk", people=[{}])
    place.put("Reception desk", FILE, _TEXT)
    page = stage.people.signed_in()
    page.goto(f"{url}files/%25BWMACADDRESS%25.cfg/change")
    return place, page


def _change(stage: Stage) -> Page:
    return _opened(stage)[1]


def _not_taken(stage: Stage) -> Page:
    stage.people.expect_trouble("422")
    place, page = _opened(stage)
    place.put("Reception desk", FILE, b"caf\xe9\n")
    page.reload()
    replace_file_content(page, "café → bar\n")
    page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes").click()
    page.get_by_text("cannot be written in Latin-1").first.wait_for()
    return page


def _checking(stage: Stage) -> tuple[GroupRef, Page]:
    place, page = _opened(stage)
    text = _TEXT.replace(b"account.9.label = Reception", b"account.9.label = Lobby") + _LONG
    replace_file_content(page, text.decode())
    page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes").click()
    page.get_by_role("heading", name="Review changes").wait_for()
    return place, page


def _check(stage: Stage) -> Page:
    return _checking(stage)[1]


def _unified(stage: Stage) -> Page:
    page = _check(stage)
    page.get_by_role("link", name="Unified").click()
    page.locator("table.unified").wait_for()
    return page


def _meanwhile(stage: Stage) -> Page:
    stage.people.expect_trouble("409")
    place, page = _checking(stage)
    place.put("Reception desk", FILE, b"theirs = 1\n")
    page.get_by_role("button", name="Apply to").click()
    page.get_by_text("The file was changed after you opened it").wait_for()
    return page


def _versions(stage: Stage) -> Page:
    page = _check(stage)
    page.get_by_role("button", name="Apply to").click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    page.reload()  # without the message over it
    return page


def _version(stage: Stage) -> Page:
    page = _versions(stage)
    page.get_by_role("link", name="Version 2", exact=True).click()
    page.get_by_role("heading", name="Version 2").wait_for()
    return page


def _difference(stage: Stage) -> Page:
    page = _versions(stage)
    page.get_by_role("button", name="Compare A with B").click()
    page.get_by_role("heading", name="Compare versions").wait_for()
    return page


FILE_CHANGE_STATES: dict[str, Way] = {
    "file, to change": _change,
    "file, what was typed is not taken": _not_taken,
    "file, check": _check,
    "file, check in one column": _unified,
    "file, changed meanwhile": _meanwhile,
    "file, versions": _versions,
    "file, one version": _version,
    "file, difference": _difference,
}
