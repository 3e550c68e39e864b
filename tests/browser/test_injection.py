"""Whatever people, phones and the backend write stays text: a page has the same nodes as with harmless words."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.browser.product import Product
from tests.support.browser.walk import Told, Walk
from tests.support.browser.wire import wire_to

# A walk takes half a minute, so one text carries all attacks within the length of a user name. An address begins with
# its scheme; whatever follows is a part of it. Of an address with a brace in it the page of files says more.
HOSTILE = (
    "javascript:alert(1)//\u202e\r\nSet-Cookie:l\r\n\r\n\u0000\"' ` hx-get=/leak hx-trigger=load onfocus=x>"
    "</a></title></textarea></select><img src=/leak><hx-partial>{{7*7}}\u2028\u2029\ufeff {"
)


def make_harmless(text: str) -> str:
    """Return a text of the same length, with the same line breaks, control characters and brace, that is no code.

    What is too long, has several lines or cannot be typed has other elements on a page than what is fine.
    """
    attack = text.removesuffix(" {")
    return "".join("x" if character.isprintable() else character for character in attack) + " {"


@pytest.fixture(scope="module")
def told(product: Product) -> Iterator[Told]:
    with wire_to(product.url) as wire:
        portal = product.sibling(PORTAL_BACKEND_URL=wire.url, PORTAL_SNAPSHOT_SECONDS="0.001")
        yield Told(portal, wire)
        portal.stop()


@pytest.fixture
def walk(people: People, places: Places, told: Told) -> Walk:
    for trouble in ("401", "404", "409", "422"):
        people.expect_trouble(f"a status of {trouble}")
    return Walk(people, places, told)


def test_hostile_text_adds_no_node_and_is_kept_from_htmx(walk: Walk) -> None:
    harmless, hostile = walk(make_harmless(HOSTILE)), walk(HOSTILE)
    assert harmless.exposed == {}
    assert hostile.nodes.keys() == harmless.nodes.keys()
    for name, nodes in hostile.nodes.items():
        # Whatever their order: sessions seen within the same minute have none.
        assert Counter(nodes) == Counter(harmless.nodes[name]), name
