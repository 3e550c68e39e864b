"""Somebody who looks at pages for what one text has done to them."""

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response, expect

from tests.support.browser.hostile import INJECTED
from tests.support.browser.people import People
from tests.support.browser.places import GroupRef, Places
from tests.support.browser.product import Product
from tests.support.browser.wire import Wire

# Tag and attribute names of each element, and where links and forms lead. Each walk adds a tenant to choose from.
_NODES = """() => [...document.querySelectorAll("*:not(#from-tenant option)")].map((element) => [
  element.localName,
  ...element.getAttributeNames().sort(),
  element.matches("a, form") ? new URL(element.href ?? element.action, location).origin === location.origin : true,
].join(" "))"""

# Elements with the text in them that htmx looks through. What an option or a textarea holds is text in any case.
_EXPOSED = """(text) => [...document.body.querySelectorAll(":not(option, textarea)")].filter((element) =>
  !element.closest("[data-hx-ignore]") &&
  [...element.childNodes].some(({ nodeType, data }) =>
    nodeType === Node.TEXT_NODE && (data.includes(text) || data.includes("leak")))
).map((element) => element.outerHTML.slice(0, 200))"""

_ALL = f"(text) => [({_NODES})(), ({_EXPOSED})(text), ({INJECTED})(document)]"

_STILL_ASKED = "#asking, [data-hx-trigger=load], [data-hx-trigger=revealed]:not(:has(td.live))"


@dataclass
class Told:
    """A portal that hears only `wire.text` from its backend, and somebody who walks through it."""

    product: Product
    wire: Wire


class Seen(NamedTuple):
    """By page its nodes, what htmx would look through although somebody else wrote it, and what became code."""

    nodes: dict[str, list[str]]
    exposed: dict[str, list[str]]
    injected: dict[str, list[str]]


@dataclass
class Looker:
    """`text` stands in `place` and its device, and wherever else a page takes one."""

    people: People
    places: Places
    told: Told
    text: str = ""
    place: GroupRef = field(init=False)
    seen: Seen = field(default_factory=lambda: Seen({}, {}, {}))

    def open(self, page: Page, url: str) -> None:
        """Scripts have run then, and what the page asks for by itself is there; for its styles nobody waits."""
        page.goto(url, wait_until="domcontentloaded")
        expect(page.locator(_STILL_ASKED)).to_have_count(0)

    def one_line(self, text: str) -> str:
        return "".join(character for character in text if character.isprintable())

    def note(self, name: str, page: Page) -> None:
        page.wait_for_load_state("domcontentloaded")  # a press of a button waits for less
        expect(page.locator(_STILL_ASKED)).to_have_count(0)
        self.seen.nodes[name], exposed, injected = page.evaluate(_ALL, self.text)
        if exposed:
            self.seen.exposed[name] = exposed
        if injected:
            self.seen.injected[name] = injected

    def watch(self, page: Page) -> Page:
        page.on("request", self._note_leak)
        page.on("response", self._note_header)
        return page

    def _note_leak(self, request: Request) -> None:
        if request.resource_type != "document" and urlsplit(request.url).path.endswith("/leak"):
            self.people.troubles.append(f"injected request: {request.url}")

    def _note_header(self, response: Response) -> None:
        if "leak" in response.headers.get("set-cookie", ""):
            self.people.troubles.append(f"injected header: {response.url}")
