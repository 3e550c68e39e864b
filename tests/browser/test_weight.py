"""What pages cost on the wire."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.support.browser.people import People
from tests.support.browser.places import CAMPUS, Places

KB = 1000


class Traffic:
    """Bytes that came over the wire by address, headers included."""

    def __init__(self) -> None:
        self.bytes: dict[str, int] = {}
        self._urls: dict[str, str] = {}

    def asked(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):
            self._urls[event["requestId"]] = url

    def came(self, event: dict[str, Any]) -> None:
        size = round(event["encodedDataLength"])
        if size and event["requestId"] in self._urls:
            url = self._urls[event["requestId"]]
            assert url not in self.bytes, f"{url} was fetched twice"
            self.bytes[url] = size

    @property
    def total(self) -> int:
        return sum(self.bytes.values())


@contextmanager
def traffic_of(page: Page) -> Iterator[Traffic]:
    """What travels until the page has come to rest."""
    traffic = Traffic()
    cdp = page.context.new_cdp_session(page)
    cdp.on("Network.requestWillBeSent", traffic.asked)
    cdp.on("Network.loadingFinished", traffic.came)
    cdp.send("Network.enable")
    yield traffic
    page.wait_for_load_state("networkidle")
    cdp.detach()


def test_first_visit_stays_within_its_limits(people: People, places: Places) -> None:
    group = places.new()
    device = group.add("base", [{"first_name": name} for name in ("Ada", "Bea", "Cyd")])
    file = group.put_file("base", b"line.1.name = Ada\n" * 500)
    of_device = ["", "lines/", "edit", "files/", "tags/", "history/", "reboot", "delete"]
    visits = [CAMPUS, "/", "/history/", "/staff", "/account", "/help", *(f"{device}{page}" for page in of_device), file]
    for url in visits:
        page = people.signed_in()
        with traffic_of(page) as first:
            page.goto(url)
        expect(page.locator("h1")).to_be_visible()
        # What the page asks for by itself afterwards counts in bytes only.
        awaited = [asked for asked in first.bytes if asked == page.url or "/static/" in asked]
        assert 5 <= len(awaited) <= 8, (url, awaited)
        assert first.total < 100 * KB, (url, first.bytes)
        page.context.close()


def test_next_page_of_a_list_is_one_request(people: People) -> None:
    page = people.signed_in()
    page.goto(CAMPUS)
    with traffic_of(page) as later:
        page.goto(f"{CAMPUS}?page=2")
    assert list(later.bytes) == [page.url], "only the page itself is fetched again"
    assert later.total < 12 * KB


def test_list_swap_is_one_request_under_12_kb(people: People) -> None:
    page = people.signed_in()
    page.goto(CAMPUS)
    with traffic_of(page) as swap:
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("link", name="2", exact=True)).to_have_attribute("aria-current", "page")
    # The browser fetches the icon of the page when it has nothing else to do, which may be now.
    fetched = {url: size for url, size in swap.bytes.items() if not urlsplit(url).path.endswith("/mark.svg")}
    assert len(fetched) == 1, fetched
    assert 0 < sum(fetched.values()) < 12 * KB
