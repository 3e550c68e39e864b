"""Whatever people, phones and the backend write stays text: a page has the same nodes as with harmless words."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.browser.product import Product
from tests.support.browser.walk import Seen, Told, Walk
from tests.support.browser.wire import wire_to

# A walk takes seconds, so a text carries several attacks within the length of a user name. An address begins with its
# scheme; whatever follows is a part of it.
HOSTILE = {
    "address, markup and attributes": (
        "javascript:alert(1)//\"' onfocus=x autofocus ` style=color:red></a></title></textarea></select>"
        "<script src=/leak></script><svg onload=x><b id=main>"
    ),
    "htmx and control": (
        '\u202egnp.exe\r\nSet-Cookie: leak=1\r\n\r\n\u0000" data-hx-get="/leak" data-hx-trigger=load '
        "' hx-get='/leak' hx-trigger=load><hx-partial><p>{{7*7}}${7*7}\u2028alert(1)\u2029\ufeff"
    ),
}

# Of an address with a brace in it the page of files says more, so every text has one.
BRACE = " {"


def make_harmless(text: str) -> str:
    """Return a text of the same length, with the same line breaks and control characters, that nobody takes for code.

    What is too long, has several lines or cannot be typed has other elements on a page than what is fine.
    """
    return "".join("x" if character.isprintable() else character for character in text)


def hostile_text(kind: str) -> str:
    """Return the text at the length of the longest, as nodes differ with it."""
    return HOSTILE[kind].ljust(max(map(len, HOSTILE.values())), "x") + BRACE


@pytest.fixture(scope="module")
def told(product: Product) -> Iterator[Told]:
    with wire_to(product.url) as wire:
        portal = product.sibling(PORTAL_BACKEND_URL=wire.url, PORTAL_SNAPSHOT_SECONDS="0.001", PORTAL_WORKERS="1")
        yield Told(portal, wire)
        portal.stop()


@pytest.fixture
def walk(people: People, places: Places, told: Told) -> Walk:
    for trouble in ("401", "404", "409", "422"):
        people.expect_trouble(f"a status of {trouble}")
    return Walk(people, places, told)


@pytest.fixture(scope="module")
def known() -> dict[str, Seen]:
    return {}


@pytest.fixture
def look_harmless(walk: Walk, known: dict[str, Seen]) -> Callable[[str], Seen]:
    """Walk with a harmless text in place of a hostile one, once for each."""

    def look(kind: str) -> Seen:
        text = make_harmless(hostile_text(kind).removesuffix(BRACE)) + BRACE
        if text not in known:
            known[text] = walk(text)
        return known[text]

    return look


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_adds_no_node_to_any_page(walk: Walk, look_harmless: Callable[[str], Seen], kind: str) -> None:
    harmless, hostile = look_harmless(kind), walk(hostile_text(kind))
    assert hostile.nodes.keys() == harmless.nodes.keys()
    for name, nodes in hostile.nodes.items():
        # Whatever their order: sessions seen within the same minute have none.
        assert Counter(nodes) == Counter(harmless.nodes[name]), name


def test_what_others_write_stands_where_htmx_does_not_look(look_harmless: Callable[[str], Seen]) -> None:
    assert look_harmless("address, markup and attributes").exposed == {}
