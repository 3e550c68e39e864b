"""Changing a config file in a browser: by hand, by upload, back to a version; with JavaScript, without, by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.support.browser.editor import editor_box, file_field, replace_file_content
from tests.support.browser.people import People
from tests.support.browser.places import GroupRef, Places

FILE = "%BWMACADDRESS%.cfg"
TEXT = b"\xef\xbb\xbf## Reception\r\naccount.1.label = Old\r\n\tport = 5060\r\nlast = 1"


def changing(people: People, places: Places, content: bytes = TEXT, **options: Any) -> tuple[GroupRef, Page]:
    """The page to change a file, reached by the ways that a person goes."""
    place = places.new()
    url = place.add("Reception", people=[{}])
    place.put("Reception", FILE, content)
    page = people.signed_in(**options)
    page.goto(url)
    page.get_by_role("link", name="Config files").click()
    page.get_by_role("link", name=FILE).first.click()
    page.get_by_role("link", name="Change…").click()
    expect(page.get_by_role("heading", name=f"Change {FILE}")).to_be_visible()
    return place, page


def upload(page: Page, name: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("File, at most 1 MiB").set_input_files(payload)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_text_is_edited_reviewed_sent_and_rolled_back(people: People, places: Places, javascript: bool) -> None:
    place, page = changing(people, places, java_script_enabled=javascript)
    field = file_field(page)
    expect(field).to_have_value("## Reception\naccount.1.label = Old\n\tport = 5060\nlast = 1")
    replace_file_content(page, "## Reception\naccount.1.label = New %NOBODY%\n\tport = 5060\nlast = 1")
    page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("1 tag has no value at any level: %NOBODY% on line 2.")).to_be_visible()
    expect(page.locator("del")).to_have_text("Old")
    expect(page.locator("ins")).to_have_text("New %NOBODY%")
    page.get_by_role("link", name="Unified").click()
    expect(page.locator("table.unified")).to_be_visible()

    page.get_by_role("link", name="Edit text").click()
    expect(field).to_have_value("## Reception\naccount.1.label = New %NOBODY%\n\tport = 5060\nlast = 1")
    replace_file_content(page, "## Reception\naccount.1.label = New\n\tport = 5060\nlast = 1")
    page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Apply to Reception").click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    assert place.content("Reception", FILE) == TEXT.replace(b"Old", b"New")
    expect(page.get_by_role("row", name="Edited")).to_contain_text("Current")

    page.get_by_role("button", name="Compare A with B").click()
    expect(page.locator("ins")).to_have_text("New")
    page.get_by_role("link", name="All versions").click()
    page.get_by_role("button", name="Restore… version 1").click()
    page.get_by_role("button", name="Apply to Reception").click()
    expect(page.get_by_role("row", name="Version 1 restored")).to_contain_text("Current")
    assert place.content("Reception", FILE) == TEXT
    page.get_by_role("button", name="Restore… type template").click()
    page.get_by_role("button", name="Restore type template").click()
    expect(page.get_by_role("row", name="Always available")).to_contain_text("Current")
    assert place.content("Reception", FILE) is None


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_upload_and_download_keep_every_byte(people: People, places: Places, javascript: bool) -> None:
    place, page = changing(people, places, java_script_enabled=javascript)
    content = bytes(range(256)) * 100
    upload(page, "all <b> & bytes.bin", content)
    page.get_by_role("form", name="Upload a replacement file").get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Your upload “all <b> & bytes.bin”")).to_be_visible()
    expect(page.get_by_text("This is not a text file.")).to_be_visible()
    page.get_by_role("button", name="Apply to Reception").click()
    row = page.get_by_role("row", name="Upload “all <b> & bytes.bin”")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == content
    assert place.content("Reception", FILE) == content


def test_somebody_elses_change_is_shown_before_mine_is_sent(people: People, places: Places) -> None:
    people.expect_trouble("409")
    place, page = changing(people, places)
    replace_file_content(page, "mine = 1\n")
    page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("heading", name="Review changes")).to_be_visible()
    place.put("Reception", FILE, TEXT.replace(b"5060", b"5070"))
    page.get_by_role("button", name="Apply to Reception").click()
    expect(page.get_by_role("alert").get_by_text("The file was changed after you opened it")).to_be_visible()
    theirs = page.get_by_role("region", name="Changed since you opened it")
    expect(theirs).to_contain_text("1 line changed (+1 −1)")
    assert place.content("Reception", FILE) == TEXT.replace(b"5060", b"5070")
    page.get_by_role("button", name="Apply to Reception").click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    assert place.content("Reception", FILE) == b"\xef\xbb\xbfmine = 1\r\n"


def test_file_that_is_too_large_is_told_before_it_travels(people: People, places: Places) -> None:
    _, page = changing(people, places)
    upload(page, "large.bin", b"x" * ((1 << 20) + 1))
    page.get_by_role("form", name="Upload a replacement file").get_by_role("button", name="Review changes").click()
    box = page.get_by_label("File, at most 1 MiB")
    assert "at most 1,048,576 bytes" in box.evaluate("(box) => box.validationMessage")
    upload(page, "small.bin", b"x")
    page.get_by_role("form", name="Upload a replacement file").get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("heading", name="Review changes")).to_be_visible()


MIXED = (
    "\ufeff#!version:1\r\nzone = 1\u00a0h\u200b\n\tport = 5060\r\ncr = 1\r"
    "backup = 5060\r\nsep = a\u2028b\u202e\r\nlast = 1"
)


def test_editor_changes_only_what_is_typed(people: People, places: Places) -> None:
    place, page = changing(people, places, MIXED.encode())
    box = editor_box(page)
    expect(page.locator(".cm-specialChar")).to_have_text(["U+00A0", "U+200B", "U+2028", "U+202E"])
    expect(page.locator(".cm-gutterElement").last).to_have_text("7")
    box.press("Control+End")
    page.keyboard.type("0 ")
    assert not page.evaluate("window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "asks to stay"

    page.get_by_role("button", name="Find and replace").click()
    page.get_by_label("Find", exact=True).fill("5060")
    page.get_by_label("Replace", exact=True).fill("5070")
    page.get_by_role("button", name="Replace all").click()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()

    box.press("Control+Home")
    page.keyboard.insert_text("one\ntwo\n")
    box.press("Control+Home")
    for _ in range(2):
        box.press("Shift+ArrowDown")
    input_method = page.context.new_cdp_session(page)
    for composed in ("に", "にほ"):
        input_method.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
    input_method.send("Input.insertText", {"text": "日本"})
    expect(page.locator(".cm-line").first).to_contain_text("日本")

    box.press("Control+End")
    page.get_by_label("Filter tags").fill("deviceid")
    expect(page.locator(".tags-to-insert > li:visible")).to_have_count(1)
    expect(page.locator(".tags-to-insert > li:visible")).to_contain_text("Reception")
    page.get_by_role("button", name="Insert %BWDEVICEID%").click()
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    review = page.get_by_role("form", name="Or edit the text").get_by_role("button", name="Review changes")
    expect(review).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Apply to Reception").click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    expected = MIXED.replace("5060", "5070").replace("last = 1", "last = 10 %BWDEVICEID%")
    assert place.content("Reception", FILE) == expected.replace("#!", "日本#!").encode()


def test_editor_that_does_not_load_leaves_its_textarea(people: People, places: Places) -> None:
    people.expect_trouble("Failed to load resource")
    place = places.new()
    url = place.add("Reception")
    place.put("Reception", FILE, TEXT)
    page = people.signed_in()
    page.route("**/codemirror.min.js", lambda route: route.abort())
    page.goto(f"{url}files/%25BWMACADDRESS%25.cfg/change")
    expect(file_field(page)).to_be_visible()
    expect(editor_box(page)).to_have_value(TEXT.decode("utf-8-sig").replace("\r\n", "\n"))
