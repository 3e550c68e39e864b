"""The pages of config files, with each of their calls failing in turn: what can be shown is shown, the rest is said."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from werkzeug.http import parse_options_header

from tests.support import html
from tests.support.client import HTMX
from tests.support.config_files import CHANGE
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.reads import ERROR_TEXT, LATE, READ_FAULTS, assert_page_says
from tests.support.population import HQ

NAME = quote("%BWMACADDRESS%.cfg", safe="")
FILES = f"{HQ}Reception/files/"
FILE = f"{FILES}{NAME}/"
LIST_CALL, FILE_CALL, CONTENT_CALL = "/config_files/", f"/{NAME}/", f"/{NAME}/content/"

# One of each kind: broken off, unreadable, refused, failed, and late, after which the portal stays in a hurry.
SOME = [
    "resets",
    "sends half the JSON",
    "leaves out every key",
    "redirects",
    "400",
    "403",
    "413",
    "429",
    "500",
    "hangs",
]


def failing(faulty: Faulty, call: str, *others: str) -> Iterator[tuple[int, list[str]]]:
    """Let this call fail in one way after another; the status and the words of a page that cannot do without it."""
    for name in (*others, *SOME):
        fault, status, words = READ_FAULTS[name]
        faulty.forget_waits()
        faulty.server.script("GET", call, fault)
        if LATE in words:
            faulty.hurry()
        yield status, words if status == 503 else words[1:]  # a refused part keeps the page of its device


def test_unreadable_file_list_says_why_file_page_stands(faulty: Faulty) -> None:
    for status, words in failing(faulty, LIST_CALL, "404"):
        assert_page_says(faulty.browser.get(FILES), status, [*words, "The config files could not be read"])
        page = faulty.browser.get(FILE)
        assert page.status == 200, words
        assert "account.1.enable" in page.words
        assert "Files of this device" not in page.words


def test_unreadable_file_says_why_and_list_stands(faulty: Faulty) -> None:
    for status, words in failing(faulty, FILE_CALL, "404"):
        for url in (FILE, f"{FILE}download"):
            assert_page_says(faulty.browser.get(url), status, words)
        page = faulty.browser.get(FILES)
        assert page.status == 200, words
        assert "Could not be read." in page.words
        assert "y000000000028.cfg" in page.words


def test_file_list_shows_files_it_could_not_read(faulty: Faulty) -> None:
    faulty.server.script("GET", ".cfg/", faults.resets)
    page = faulty.browser.get(FILES)
    assert (page.status, page.words.count("Could not be read.")) == (200, 2)


def test_content_that_cannot_be_read_says_why(faulty: Faulty) -> None:
    faulty.server.script("GET", CONTENT_CALL, faults.answers_json({"fileContent": "%%%"}))
    assert_page_says(faulty.browser.get(FILE), 200, ["The content cannot be read just now", "unreadable response"])
    for name in ("resets", "429", "500", "503"):
        fault, status, words = READ_FAULTS[name]
        faulty.forget_waits()
        faulty.server.script("GET", CONTENT_CALL, fault)
        for url in (FILE, CHANGE):
            page = faulty.browser.get(url)
            assert_page_says(page, 200, ["cannot be read just now", *words[1:]])
        opened = faulty.browser.get(f"{FILE}opened", headers=HTMX)
        assert (opened.status, "The content cannot be read just now." in opened.words) == (200, True)
        assert_page_says(faulty.browser.get(f"{FILE}download"), status, words)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 501])
def test_backend_without_contents_is_named_as_such(status: int, faulty: Faulty) -> None:
    faulty.server.script("GET", CONTENT_CALL, faults.answers(status, "<html>"))
    page = faulty.browser.get(FILE)
    assert page.status == 200
    assert "The platform does not provide file contents." in page.words
    assert "The portal has no version of it to show" in page.words
    assert faulty.browser.get(f"{FILE}download").status == 404


def test_tags_that_cannot_be_read_leave_the_text_standing(faulty: Faulty) -> None:
    for _, words in failing(faulty, "/available_tags/", "404"):
        page = faulty.browser.get(f"{FILE}?as=phone")
        assert page.status == 200, words
        assert "The tags could not be read and are not marked." in page.words
        assert "account.1.label = %BWFIRSTNAME-1% %BWLASTNAME-1%" in page.words


def test_line_tags_stay_unresolved_without_users(faulty: Faulty) -> None:
    faulty.server.script("GET", "/connected_users/", faults.resets)
    page = faulty.browser.get(f"{FILE}?as=phone")
    assert page.status == 200
    assert "The lines could not be read" in page.words


def test_session_ended_between_calls_leads_to_sign_in(faulty: Faulty) -> None:
    for call in ("/available_tags/", LIST_CALL, FILE_CALL, CONTENT_CALL):
        faulty.server.script("GET", call, faults.answers(401, ERROR_TEXT))
        page = faulty.browser.get(FILE)
        assert page.status == 303, call
        faulty.server.heal()
        faulty.browser.sign_in("admin@provider.example", "correct horse battery", at=page.location or "")


ROW = {"isAuthenticated": "perhaps", "accessUrl": 5, "repositoryUrl": None, "templateUrl": "http://a:hunter2@b/<i>"}
NONSENSE = [
    (LIST_CALL, {"config_files": ["junk", None, {}, {"fileFormat": ["<b>"]}, {"fileFormat": ".."}]}),
    (LIST_CALL, {"config_files": [{"fileFormat": f"f{number}.cfg", **ROW} for number in range(40)]}),
    (LIST_CALL, {"access_devices": [{"fileFormat": "a/b<i>\u202e"}, {"fileFormat": "x" * 5_000}]}),
    (
        FILE_CALL,
        {"fileSource": "<Melted>", "extendedCaptureEnabled": True, "accessUrl": "{", "templateUrl": "u:hunter2@b"},
    ),
    (FILE_CALL, {"fileSource": ""}),
]


def test_nonsense_is_shown_as_far_as_it_goes(faulty: Faulty) -> None:
    for call, answer in NONSENSE:
        faulty.server.script("GET", call, faults.answers_json(answer))
        for url in (FILES, FILE):
            page = faulty.browser.get(url)
            assert page.status == 200, (answer, page.text)
            assert "hunter2" not in page.text


def test_odd_file_row_is_flagged_and_not_read(faulty: Faulty) -> None:
    rows = [{"fileFormat": "a/b"}, {"fileFormat": "c.cfg", "accessUrl": "{%25X%25}.cfg"}]
    faulty.server.script("GET", LIST_CALL, faults.answers_json({"config_files": rows}))
    faulty.server.script("GET", "/c.cfg/", faults.answers_json({"fileSource": "Custom"}))
    page = faulty.browser.get(FILES)
    assert "This file cannot be opened here. The name contains “/”" in page.words
    assert "Could not be read" not in page.words
    assert "is not defined yet. No phone can request this file" in page.words


def test_of_many_files_only_so_many_are_asked_for(faulty: Faulty) -> None:
    rows = [{"fileFormat": f"f{number}.cfg"} for number in range(40)]
    faulty.server.script("GET", LIST_CALL, faults.answers_json({"config_files": rows}))
    faulty.server.script("GET", ".cfg/", faults.answers_json({"fileSource": "Default"}))
    page = faulty.browser.get(FILES)
    assert (page.status, page.words.count("Not read, because there are many files")) == (200, 28)
    assert len(faulty.server.seen("GET", ".cfg/")) == 12


HOSTILE = [
    "<title><b>.html",
    '"; filename="a.exe',
    "a\r\nSet-Cookie: leak=1\r\n\r\n<b>",
    "ü 日本 %41.cfg",
    "\u202egfc.exe",
    "{{7*7}}' data-hx-get='leak",
    "..\\..\\autoexec.bat",
    ".bashrc",
]


def test_hostile_file_name_is_text_and_safe_in_headers(faulty: Faulty) -> None:
    for name in HOSTILE:
        call = f"/config_files/{quote(name, safe='')}"
        faulty.server.script("GET", LIST_CALL, faults.answers_json({"config_files": [{"fileFormat": name}] * 2}))
        faulty.server.script("GET", f"{call}/", faults.answers_json({"fileSource": name}))
        faulty.server.script("GET", f"{call}/content/", faults.answers_json({"fileContent": "YSA9IDE="}))
        at = f"{FILES}{quote(name, safe='')}/"
        for url in (FILES, at, f"{at}?as=phone"):
            page = faulty.browser.get(url)
            assert page.status == 200, name
            assert html.text(page.document).count(" ".join(name.split())) >= 2
            assert not [each for each in page.document.iter() if each.tag == "b" or each.get("data-hx-get") == "leak"]
        download = faulty.browser.get(f"{at}download")
        assert download.body == b"a = 1"
        assert "leak" not in download.headers.get("Set-Cookie", "")
        assert download.headers["Content-Type"] == "application/octet-stream"
        disposition = download.headers["Content-Disposition"]
        assert disposition.isascii()
        kind, told = parse_options_header(disposition)
        assert (kind, set(told)) == ("attachment", {"filename"})
        assert not re.search(r'^[.]|["*:<>?\\/|\r\n\u202e]', told["filename"])
        assert told["filename"] == name or not name.startswith("ü"), "what is safe on any disk stays as it is"
