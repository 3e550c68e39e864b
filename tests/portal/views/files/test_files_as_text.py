"""Whatever stands in a file, in its name or in that of an upload is text on every page, and nothing in a header."""

from xml.etree.ElementTree import Element

import pytest

from app.portal.views.files.file_page import attachment
from tests.support.client import Browser, Page
from tests.support.config_files import CHANGE, FILES, VERSIONS, apply, post, put_past_the_portal, upload
from tests.support.world import OWNER, World

HOSTILE = (
    "</textarea></title><script src=/leak></script><img src=x onerror=alert(1)>",
    "\" data-hx-get=/leak ' onfocus=alert(1) autofocus <hx-partial>{{7*7}}${7*7}",
    "\u202egnp.exe\u2028&lt;b&gt;&amp; <!-- ]]> -->",
)
HARMLESS = "harmless, words"
MARK = ("span", ("class", "data-code"))  # of an invisible character
NAMES = (*HOSTILE, "a\r\nSet-Cookie: x=1", "%BWMACADDRESS%.cfg", "ü;filename=x", '"\\', "\x7f")


def nodes(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes."""
    return [(str(each.tag), tuple(sorted(each.attrib))) for each in page.document.iter()]


def exposed(element: Element, text: str) -> list[str]:
    """Elements with this text in them that htmx looks through; what a text area holds is text in any case."""
    if "data-hx-ignore" in element.attrib or element.tag in {"title", "textarea"}:
        return []
    own = [element.text, *(child.tail for child in element)]
    here = [str(element.tag)] if any(text in each for each in own if each) else []
    return here + [found for child in element for found in exposed(child, text)]


def seen(world: World, browser: Browser, text: str) -> dict[str, Page]:
    """Each page that shows this text."""
    put_past_the_portal(world, f"a = {text}\nb = 1\nc\n".encode())
    pages = {"change": browser.get(CHANGE)}
    name = text.replace('"', "%22").replace("\n", "")
    check = upload(browser, f"a = {text}\nb = {text}\nc\n".encode(), name=name)
    pages["check"] = check
    pages["refused"] = post(browser, {"csrf_token": browser.token(), "content": text + "x" * (1 << 20)})
    apply(browser, check)
    pages["versions"] = browser.get(VERSIONS)
    number = len(world.contents()["portal_file_versions"])
    pages["version"] = browser.get(f"{VERSIONS}{number}/")
    pages["difference"] = browser.get(f"{FILES}difference?a={number - 1}&b={number}")
    return pages


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_node_to_any_page_of_a_file(world: World, text: str) -> None:
    owner = world.browser(OWNER)
    for first in (b"1", b"2"):  # every kind of row is there
        apply(owner, upload(owner, first))
    owner.get(VERSIONS)  # which says that they were sent
    harmless, hostile = seen(world, owner, f"{HARMLESS} <- of them: 7*7"), seen(world, owner, text)
    for name, page in harmless.items():
        assert {*nodes(hostile[name])} - {MARK} == {*nodes(page)}, name


def test_file_content_is_outside_htmx(world: World) -> None:
    for name, page in seen(world, world.browser(OWNER), HARMLESS).items():
        assert HARMLESS in page.text
        assert exposed(page.document, HARMLESS) == [], name


@pytest.mark.parametrize("name", NAMES)
def test_name_cannot_leave_its_header(name: str) -> None:
    answer = attachment(b"", name)
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert header.isprintable()
    assert header.count(";") == 1 or "filename*=UTF-8''" in header
