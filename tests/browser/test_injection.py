"""Whatever people, phones and the backend write stays text on every page."""

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from tests.support.browser.hostile import (
    ALL_AT_ONCE,
    HOSTILE,
    INJECTED,
    TEXTS,
    Hostile,
    join,
    make_harmless,
    pack,
    put_escaped,
    put_raw,
)
from tests.support.browser.looker import Told
from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.browser.product import Product
from tests.support.browser.walk import Walk
from tests.support.browser.wire import wire_to

_FIND = f"""(sources) => sources.map((source) => ({INJECTED})(new DOMParser().parseFromString(source, "text/html")))"""
PACKS = pack()


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


def test_each_hostile_text_would_do_harm(people: People) -> None:
    """Taken as it is, each of them is found; escaped, none is. An address or a script needs more than to be escaped."""
    page = people.nobody()
    packed = [Hostile(hostile.around, join(pack)) for pack in PACKS for hostile in pack]
    texts = [*TEXTS, *packed, *ALL_AT_ONCE]
    harmed = page.evaluate(_FIND, [put_raw(around, text) for around, text in texts])
    assert [text for text, harm in zip(texts, harmed, strict=True) if not harm] == []
    escapable = [text for text in texts if text.around not in {"address", "no quotes", "script", "style", "template"}]
    assert page.evaluate(_FIND, [put_escaped(around, text) for around, text in escapable]) == [[]] * len(escapable)


def test_hostile_text_stays_text_and_is_kept_from_htmx(walk: Walk) -> None:
    seen = walk(HOSTILE)
    assert seen.injected == {}
    assert seen.exposed == {}


@pytest.mark.long
def test_page_has_the_same_nodes_with_hostile_text(walk: Walk) -> None:
    harmless, hostile = walk(make_harmless(HOSTILE)), walk(HOSTILE)
    assert harmless.exposed == {}
    assert hostile.nodes.keys() == harmless.nodes.keys()
    # Whatever their order: sessions seen within the same minute have none.
    unlike = {name: Counter(nodes) - Counter(harmless.nodes[name]) for name, nodes in hostile.nodes.items()}
    missing = {name: Counter(harmless.nodes[name]) - Counter(nodes) for name, nodes in hostile.nodes.items()}
    assert [{name: nodes for name, nodes in pages.items() if nodes} for pages in (unlike, missing)] == [{}, {}]


@pytest.mark.long
@pytest.mark.parametrize("texts", PACKS, ids=lambda texts: texts[0].text)
def test_each_hostile_text_stays_text(walk: Walk, texts: Sequence[Hostile]) -> None:
    seen = walk(join(texts))
    assert seen.injected == {}
    assert seen.exposed == {}
