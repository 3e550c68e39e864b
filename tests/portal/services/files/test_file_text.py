"""One config file as a page: its text, its tags, what the phone gets of it, and what cannot be shown."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from app.database import writing
from app.reference_api.tables import Tag
from tests.support import html
from tests.support.client import HTMX, Page
from tests.support.config_files import API_FILE, CHANGE, FILES, VERSIONS, apply, put_past_the_portal, upload
from tests.support.population import HQ
from tests.support.world import OWNER, World

DIAL = b"# dial\r\n\r\nport = %PORT%:%NOPE%\r\nname = %BWFIRSTNAME-1%\r\npw = %BWAUTHPASSWORD-1%%BWAUTHPASSWORD-1%\r\n"


def define_tags(world: World, **values: str) -> None:
    """Tags of the default level, past the portal."""
    with writing(world.api_engine) as db:
        db.add_all(Tag(level="System_Default", name=f"%{name}%", value=value) for name, value in values.items())


def lines(page: Page) -> list[str]:
    text = next(element for element in page.document.iter("ol") if element.get("class") == "text")
    return ["".join(line.itertext()) for line in text.iter("li")]


def marks(page: Page) -> list[tuple[str, str]]:
    elements = [element for element in page.document.iter() if "bw" in element.get("class", "").split()]
    return [("".join(element.itertext()), element.get("data-says", "")) for element in elements]


def test_text_is_numbered_highlighted_and_marked(world: World) -> None:
    define_tags(world, PORT="5061")
    put_past_the_portal(world, DIAL)
    page = world.browser(OWNER).get(FILES)
    assert lines(page) == [line.decode() for line in DIAL.removesuffix(b"\r\n").split(b"\r\n")]
    assert '<span class="c"># dial</span>' in page.text
    assert marks(page) == [
        ("%PORT%", "System default: 5061"),
        ("%NOPE%", "Not defined at any level: the phone receives it as written"),
        ("%BWFIRSTNAME-1%", "Line 1: Ada"),
        ("%BWAUTHPASSWORD-1%", "Line 1: Hidden (secret)"),
        ("%BWAUTHPASSWORD-1%", "Line 1: Hidden (secret)"),
    ]


def test_first_mark_links_to_tag_entry_and_back(
    world: World,
) -> None:
    define_tags(world, PORT="5061")
    put_past_the_portal(world, DIAL)
    page = world.browser(OWNER).get(FILES)
    linked = [element for element in page.document.iter("a") if "bw" in element.get("class", "").split()]
    assert [("".join(element.itertext()), element.get("href")) for element in linked] == [
        ("%PORT%", "#tag-2"),
        ("%NOPE%", "#tag-1"),
        ("%BWFIRSTNAME-1%", "#tag-3"),
        ("%BWAUTHPASSWORD-1%", "#tag-4"),
    ]
    assert {element.get("aria-describedby") for element in linked} == {f"tag-{number}-is" for number in (1, 2, 3, 4)}
    entries = [html.text(element) for element in page.document.iter("div") if element.get("id", "").startswith("tag-")]
    assert entries == [
        "%NOPE% line 3 Not defined at any level: the phone receives it as written",
        "%PORT% line 3 5061 · System default",
        "%BWFIRSTNAME-1% line 4 Ada · Line 1",
        "%BWAUTHPASSWORD-1% line 5, 2 times Hidden (secret)",
    ]
    assert "1 problem" in page.words
    assert {"#L3", "#L4", f"{HQ}Reception/tags/?q=%25PORT%25"} <= set(page.links())


def test_as_phone_shows_values_and_lists_unresolved(world: World) -> None:
    define_tags(world, PORT="5061")
    put_past_the_portal(world, DIAL)
    owner = world.browser(OWNER)
    [switch] = [link for link in owner.get(FILES).links() if "as=phone" in link]
    page = owner.get(switch)
    assert lines(page)[2:] == ["port = 5061:%NOPE%", "name = Ada", "pw = ••••••••••••••••"]
    assert "1 tag is not resolved here: %NOPE%." in page.words
    assert ("5061", "System default: %PORT%") in marks(page)
    define_tags(world, NOPE="")
    world.clock.advance(minutes=5)
    page = owner.get(switch)
    assert "All tags are resolved." in page.words
    assert ("empty", "System default: %NOPE%") in marks(page)


def test_xml_is_highlighted(world: World) -> None:
    put_past_the_portal(world, b'<item class="%NOPE%"/>')
    page = world.browser(OWNER).get(FILES)
    assert '<span class="n">&lt;item</span>' in page.text
    assert lines(page) == ['<item class="%NOPE%"/>']


def test_hostile_content_stays_text(world: World) -> None:
    hostile = "</ol><script>alert(1)</script> <a data-hx-get='/x'> {{7*7}} \x1b\u202e %<b>% %\"onfocus=x%"
    put_past_the_portal(world, hostile.encode())
    define_tags(world, **{"<b>": "<i>value</i>", '"onfocus=x': '" autofocus onfocus="alert(1)'})
    for url in (FILES, f"{FILES}?as=phone"):
        page = world.browser(OWNER).get(url)
        assert page.status == 200
        assert not [
            element for element in page.document.iter() if element.tag in {"b", "i"} or "onfocus" in element.attrib
        ]
    assert "alert(1)</script>" in page.words
    assert "Characters that cannot be displayed are shown as" in page.words


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\xff", "It looks like a picture."),
        (b"PK\3\4\0\0\xff\xfe", "It looks like an archive."),
        (b"MZ\0\xff", "It looks like a program or a document."),
        (bytes(range(256)), "Download it to get the exact content."),
        (b"\xff\xfea\0\xd8\xd8", "Download it to get the exact content."),
    ],
)
def test_binary_content_is_not_shown(world: World, content: bytes, expected: str) -> None:
    put_past_the_portal(world, content)
    owner = world.browser(OWNER)
    page = owner.get(FILES)
    assert f"This is not a text file. {expected}" in page.words
    assert f"{len(content)} bytes" in page.words
    assert '<ol class="text"' not in page.text
    assert owner.get(f"{FILES}download").body == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbfa = 1\r\n", "UTF-8 with a byte order mark, CRLF"),
        ("é = ü".encode("utf-16"), "UTF-16 LE with a byte order mark, no newline at the end"),
        ("é = 1\n".encode("latin-1"), "Latin-1, LF"),
        (b"a\rb\r", "UTF-8, CR"),
        (b"a\rb\n\n", "UTF-8, LF and CR"),
    ],
)
def test_encoding_is_named_and_download_is_exact(world: World, content: bytes, expected: str) -> None:
    put_past_the_portal(world, content)
    owner = world.browser(OWNER)
    assert expected in owner.get(FILES).words
    assert owner.get(f"{FILES}download").body == content


def test_long_file_has_pages_and_go_to_line(world: World) -> None:
    put_past_the_portal(world, b"".join(b"a.%d = %%NOPE%%\n" % number for number in range(1, 20_001)))
    owner = world.browser(OWNER)
    page = owner.get(FILES)
    assert "Lines 1–1,000 of 20,000" in page.words
    assert len(lines(page)) == 1000
    next_page = owner.get(
        next(element.get("href", "") for element in page.document.iter("a") if element.get("rel") == "next")
    )
    assert lines(next_page)[0] == "a.1001 = %NOPE%"
    assert f"{FILES}#L1" in next_page.links()  # the tag is on a page before
    [form] = [form for form in next_page.forms if "line" in form.names]
    answer = owner.get(f"{form.action}?line=12345&as=phone")
    assert answer.status == 302
    parts = urlsplit(answer.location or "")
    assert (parse_qs(parts.query), parts.fragment) == ({"from": ["12345"], "as": ["phone"]}, "L12345")


@pytest.mark.parametrize("line", ["0", "-1", "99999999999999", "x", "²", "4"])
def test_invalid_line_shows_the_first_page(world: World, line: str) -> None:
    put_past_the_portal(world, b"1\n2\n3\n")
    assert lines(world.browser(OWNER).get(f"{FILES}?from={line}")) == ["1", "2", "3"]


def test_page_of_large_file_stays_small(world: World) -> None:
    define_tags(world, LONG="x" * 1000)
    row = b"linekey.%d.label = %%LONG%% %%LONG%% and %%NOPE%%\n"
    put_past_the_portal(world, b"".join(row % number for number in range(12_000)))
    page = world.browser(OWNER).get(FILES)
    assert len(lines(page)) == 1_000
    assert len(page.body) < 700_000


def test_page_full_of_tags_stays_small(world: World) -> None:
    put_past_the_portal(world, (b"%xy%" * 60 + b"\n") * 600)
    owner = world.browser(OWNER)
    page = owner.get(FILES)
    assert "31,000 more tags on this page are not marked" in page.words
    assert len(page.body) < 800_000
    put_past_the_portal(world, b"%xy%")
    assert "not marked" not in owner.get(FILES).words


def test_list_of_tags_is_limited(world: World) -> None:
    put_past_the_portal(world, b"".join(b"%%U%d%%\n" % number for number in range(150)))
    page = world.browser(OWNER).get(FILES)
    assert "150 problems" in page.words
    assert "50 more tags not listed." in page.words


class WithoutContents(HTTPAdapter):
    """A backend that has no content endpoint, as the platform's own may have none."""

    def __init__(self, wire: BaseAdapter) -> None:
        super().__init__()
        self._wire = wire

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        request.url = (request.url or "").replace("/content/", "/no-such-thing/")
        return self._wire.send(request, *args, **kwargs)


def test_without_content_endpoint_last_sent_is_shown(world: World) -> None:
    app = world.another_portal(WithoutContents)
    owner = world.browser(OWNER, app)
    page = owner.get(FILES)
    assert "The platform does not provide file contents." in page.words
    assert "The portal has no version of it" in page.words
    assert CHANGE in page.links()
    assert "The portal has no version of it" in owner.get(f"{FILES}opened", headers=HTMX).words
    assert apply(owner, upload(owner, b"mine = 1\n")).status == 303
    opened = owner.get(f"{FILES}opened", headers=HTMX).words
    assert "This is version 1" in opened
    assert "mine = 1" in opened
    page = owner.get(FILES)
    assert lines(page) == ["mine = 1"]
    assert "This is version 1" in page.words
    assert "Later changes made outside the portal are not included." in page.words
    assert f"{FILES}download" not in page.links()
    assert owner.get(f"{FILES}download").status == 404
    world.tell_api("PUT", API_FILE, {"fileSource": "Default"})
    page = owner.get(FILES)
    assert "mine = 1" not in page.words
    assert "The portal has no version of it" in page.words


def test_current_version_is_named(world: World) -> None:
    owner = world.browser(OWNER)
    apply(owner, upload(owner, b"mine = 1\n"))
    page = owner.get(FILES)
    assert f"Version 2 , by {OWNER.username}".replace(" ,", ",") in page.words
    listed = owner.get(f"{HQ}Reception/files/")
    assert f"Last change 2 Mar, 09:30 UTC by {OWNER.username}" in listed.words


def test_extended_capture_is_shown(world: World) -> None:
    owner = world.browser(OWNER)
    assert "Extended capture Off" in owner.get(FILES).words
    world.tell_api("PUT", API_FILE, {"fileSource": "Default", "extendedCaptureEnabled": True})
    assert "Extended capture On" in owner.get(FILES).words


def test_unknown_file_is_404(world: World) -> None:
    owner = world.browser(OWNER)
    for url in (
        f"{HQ}Reception/files/other.cfg/",
        f"{HQ}Reception/files/other.cfg/download",
        f"{HQ}Softphone/files/x/",
    ):
        assert owner.get(url).status == 404


def test_whole_file_is_searched_from_a_page_of_it(world: World) -> None:
    numbered = b"".join(b"key.%d = %d\n" % (number, number) for number in range(1_500))
    put_past_the_portal(world, b"#!version:1.0.0.1\n" + numbered + b"name = %BWDEVICEID%\n")
    owner = world.browser(OWNER)
    page = owner.get(f"{FILES}?find=KEY.149")
    assert "Your browser’s own search looks only at the 1,000 lines of this page." in page.words
    assert "11 lines with “KEY.149” in the whole file" in page.words
    assert any(link.endswith("?from=1501#L1501") for link in page.links())
    assert "0 lines with “= Reception”" in owner.get(f"{FILES}?find=%3D+Reception").words
    assert "1 line with “= Reception”" in owner.get(f"{FILES}?find=%3D+Reception&as=phone").words


def test_search_finds_lines_of_a_whole_version(world: World) -> None:
    owner = world.browser(OWNER)
    put_past_the_portal(world, b"".join(b"key.%d = 1\n" % number for number in range(1, 1_501)))
    apply(owner, upload(owner, b"other = 1\n"))
    page = owner.get(f"{VERSIONS}1/?find=KEY.149&from=1001")
    assert "11 lines with “KEY.149” in the whole file" in page.words
    assert f"{VERSIONS}1/?from=149#L149" in page.links()
    assert 'href="#L1490"' in page.text
    assert 'id="L1490"' in page.text
    assert "The version was searched" in owner.get(f"{VERSIONS}1/?find=nowhere").words
