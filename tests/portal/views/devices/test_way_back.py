"""From a list to its devices, from one to the next, and back to the list as it was."""

import pytest

from tests.support.client import Browser
from tests.support.population import HQ
from tests.support.tables import list_row_headings
from tests.support.world import SYSTEM_ADMIN, World

QUERY = "q=desk+0&status=Online&sort=-name&size=25"
LIST = f"{HQ}?{QUERY}"


@pytest.fixture
def admin(world: World) -> Browser:
    return world.browser(SYSTEM_ADMIN)


def link_named(page_links: list[str], begins: str) -> str:
    return next(link for link in page_links if link.startswith(begins))


def test_every_page_of_a_device_leads_back_to_its_list(admin: Browser) -> None:
    names = list_row_headings(admin.get(LIST))
    assert names == sorted(names, reverse=True) != []
    links = admin.get(LIST).links()
    show = link_named(links, f"{HQ}Desk%2005/")
    page = admin.get(show)
    assert LIST in page.links()
    tabs = [link for link in page.links() if link.startswith(f"{HQ}Desk%2005/")]
    assert len(set(tabs)) > 6
    for tab in tabs:
        assert LIST in admin.get(tab).links() or f"{HQ}Desk%2005/?list=" in admin.get(tab).text, tab
    cancel = admin.get(link_named(links, f"{HQ}new?")).links()
    assert LIST in cancel
    deleted = admin.submit(admin.get(link_named(tabs, f"{HQ}Desk%2005/delete")))
    assert deleted.location == LIST


def test_next_device_is_that_of_the_list(admin: Browser) -> None:
    names = list_row_headings(admin.get(LIST))
    page = admin.get(link_named(admin.get(LIST).links(), f"{HQ}{names[0].replace(' ', '%20')}/"))
    for number, name in enumerate(names, 1):
        assert page.h1 == name
        assert f"{number} of {len(names)}" in page.words
        following = [link.get("href", "") for link in page.document.iter("a") if link.get("rel") == "next"]
        if number < len(names):
            page = admin.get(following[0])
    assert following == []


def test_next_device_keeps_the_tab(admin: Browser) -> None:
    admin.get(HQ)
    page = admin.get(f"{HQ}Desk%2005/history/")
    [following] = [link.get("href", "") for link in page.document.iter("a") if link.get("rel") == "next"]
    assert following == f"{HQ}Desk%2006/history/"
    assert HQ in page.links()


def test_device_outside_its_list_has_no_position(admin: Browser) -> None:
    admin.get(HQ)
    page = admin.get(f"{HQ}Desk%2005/?list=status%3DOffline")
    assert f"{HQ}?status=Offline" in page.links()
    assert 'rel="next"' not in page.text


@pytest.mark.parametrize("text", ["after=2026-01-01", "//evil.example", "%", "&" * 100, "q=", "x=1&y=2", "\ud800"])
def test_list_parameter_that_is_no_query_is_ignored(admin: Browser, text: str) -> None:
    page = admin.open(f"{HQ}Desk%2005/", "GET", query_string={"list": text.encode("utf-8", "replace")})
    assert page.status == 200
    assert HQ in page.links()
