"""The list of a group's devices: sorted, filtered, searched, paged, exported."""

import csv
import io
import re

import pytest

from tests.support.client import Browser
from tests.support.population import ANNEX, API_HQ, HQ
from tests.support.statements import record_statements
from tests.support.tables import list_row_headings
from tests.support.world import OWNER, SUPPORT, World

ALL = 30
COLUMNS = ("name", "type", "mac", "address", "status", "version", "ports")


def asked(world: World, query: str) -> list[str]:
    return list_row_headings(world.browser(OWNER).get(f"{HQ}?size=200&{query}"))


@pytest.mark.parametrize("key", COLUMNS)
def test_each_column_sorts_both_ways_and_loses_no_row(world: World, key: str) -> None:
    owner = world.browser(OWNER)
    up, down = (owner.get(f"{HQ}?size=200&sort={sign}{key}") for sign in ("", "-"))
    assert set(list_row_headings(up)) == set(list_row_headings(down))
    assert len(list_row_headings(up)) == ALL
    assert list_row_headings(up) != list_row_headings(down)
    assert 'aria-sort="ascending"' in up.text
    assert 'aria-sort="descending"' in down.text


def test_names_sort_without_case_and_then_by_code_point(world: World) -> None:
    found = asked(world, "sort=name")
    assert found == sorted(found, key=lambda name: (name.casefold(), name))
    assert found.index("Lobby") + 1 == found.index("lobby")


def test_addresses_sort_as_numbers_and_the_missing_ones_last(world: World) -> None:
    assert asked(world, "sort=address")[:4] == ["Reception", "lobby", "Lobby", "Softphone"]


def test_order_is_the_same_on_every_page_of_it(world: World) -> None:
    owner = world.browser(OWNER)
    for sort in ("type", "-type", "status", "-ports"):
        pages = [owner.get(f"{HQ}?size=25&sort={sort}&page={page}") for page in (1, 2)]
        assert [name for page in pages for name in list_row_headings(page)] == asked(world, f"sort={sort}")


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("LOBBY", {"Lobby", "lobby"}),
        ("00:15:65:A1:2B:3C", {"Reception"}),
        ("00-15-65-a1-2b-3c", {"Reception"}),
        ("0015.65a1.2b3c", {"Reception"}),
        ("001565a12b3c", {"Reception"}),
        ("65:A1:2B", {"Reception"}),
        ("65a1", {"Reception"}),
        ("5:A1:2", {"Reception"}),
        ("00 15 65 a1 2b 3c", {"Reception"}),
        ("15.65a1", set()),
        ("10.0.0.1", {"Reception", "lobby"}),
        ("10.0.0.10", {"lobby"}),
        ("28.83.0", {"Reception"}),
        ("unlimited", {"Softphone", "=1+1"}),
        ("offline", {"Fax"}),
        ("t42", {"Lobby", "lobby"}),
        ("FÁX", {"Fax"}),
        ("online t42g", {"Lobby", "lobby"}),
        ("offline t42g", set()),
        ('"lobby online"', set()),
        ("a1:2b recep", {"Reception"}),
        ("\u0301", set()),
        ("no such thing", set()),
        ("%", set()),
    ],
)
def test_search_looks_in_every_column_and_knows_macs(world: World, q: str, found: set[str]) -> None:
    assert set(list_row_headings(world.browser(OWNER).get(f"{HQ}?size=200&q={q.replace('%', '%25')}"))) == found


def test_filters_narrow_the_list_and_say_how_many_they_leave(world: World) -> None:
    page = world.browser(OWNER).get(f"{HQ}?type=Yealink-T42G")
    assert set(list_row_headings(page)) == {"lobby", "Lobby"}
    links = {link.get("href"): "".join(link.itertext()).split() for link in page.document.iter("a")}
    assert links[f"{HQ}?type=Yealink-T42G&status=Online"] == ["Online", "2"]
    assert links[f"{HQ}?type=Yealink-T42G&status=Offline"] == ["Offline", "0"]
    assert links[f"{HQ}?type=Cisco-ATA191"] == ["Cisco-ATA191", "1"]
    assert links[HQ][-1] == str(ALL)


def test_every_link_of_the_list_keeps_what_was_asked(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(f"{HQ}?q=desk&status=Online&sort=-mac&size=25")
    kept = [link for link in page.links() if link.startswith((f"{HQ}?", f"{HQ}export.csv?"))]
    changing = ("status=", "type=", "reboot=", "mac=", "firmware=", "sort=", "page=")
    assert len(kept) > 10
    for link in kept:
        assert "q=desk" in link
        assert "size=25" in link
        assert "sort=" in link or "Online" in link
        assert all(part.startswith(("q=", "size=", "after=", *changing)) for part in link.partition("?")[2].split("&"))


@pytest.mark.parametrize(
    "nonsense",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "page=1e3",
        "page=",
        "size=0",
        "size=100000",
        "size=26",
        "sort=nothing",
        "sort=--name",
        "sort=",
        "unknown=1",
        "after=yesterday",
        "after=2026-01-01",
        "q=",
        "status=",
        "page=²",
    ],
)
def test_nonsense_in_the_address_counts_as_not_asked(world: World, nonsense: str) -> None:
    page = world.browser(OWNER).get(f"{HQ}?{nonsense}")
    assert page.status == 200
    assert len(list_row_headings(page)) == ALL


def test_page_past_the_last_shows_the_last(world: World) -> None:
    assert len(list_row_headings(world.browser(OWNER).get(f"{HQ}?size=25&page=7"))) == ALL - 25


def test_empty_group_offers_adding_if_allowed(world: World) -> None:
    page = world.browser(SUPPORT).get(ANNEX)
    assert "No devices in annex yet" in page.words
    assert f"{ANNEX}new" not in page.links()
    tenant_admin = world.browser(OWNER).get(ANNEX)
    assert tenant_admin.status == 404  # not the owner's group


def test_empty_result_offers_ways_out(world: World) -> None:
    owner = world.browser(OWNER)
    page = owner.get(f"{HQ}?status=Offline&type=Yealink-T42G")
    assert "No devices match these filters" in page.words
    for link in (f"{HQ}?type=Yealink-T42G", f"{HQ}?status=Offline", HQ):
        assert link in page.links()
        assert list_row_headings(owner.get(link))
    assert f"{HQ}export.csv" not in page.text
    words = owner.get(f"{HQ}?q=no+such").words
    assert "Not searched: people, phone numbers and other groups. Each word must match" in words
    assert "Each word" not in owner.get(f"{HQ}?q=nosuch").words


@pytest.mark.parametrize(
    ("page", "pages", "said"),
    [(1, 1, ""), (1, 2, "1 2"), (1, 9, "1 2 3 … 9"), (5, 9, "1 … 3 4 5 6 7 … 9"), (9, 9, "1 … 7 8 9")],
)
def test_pager_links_near_first_and_last_pages(world: World, page: int, pages: int, said: str) -> None:
    class Listing:
        def __init__(self) -> None:
            self.page, self.pages = page, pages

        def url(self, page: int) -> str:
            return f"?page={page}"

    template = world.portal.jinja_env.get_template("components/listing.html").module
    drawn = template.pagination("list", Listing())  # type: ignore[attr-defined]  # a macro
    shown = re.sub("<[^>]*>", " ", drawn).split()
    assert " ".join(shown).removeprefix("Previous ").removesuffix(" Next") == said


def test_export_follows_filter_over_all_pages(world: World) -> None:
    owner = world.browser(OWNER)
    [link] = [link for link in owner.get(f"{HQ}?q=desk&size=25&sort=-name&page=2").links() if "export.csv" in link]
    answer = owner.get(link)
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
    assert [row["Name"] for row in rows] == [f"Desk {n:02}" for n in range(24, 0, -1)]
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_no_cell_of_the_export_can_run(world: World) -> None:
    for at, name in enumerate(("+1", "-1", "@SUM(A1)", "'quoted")):
        world.tell_api("POST", API_HQ, {"deviceName": name, "deviceType": "Generic SIP Phone", "description": str(at)})
    rows = list(csv.reader(io.StringIO(world.browser(OWNER).get(f"{HQ}export.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == ALL + 5
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "''quoted"} <= {row[0] for row in rows}


def test_name_of_markup_is_text_in_the_list(world: World) -> None:
    name = "<script>\"&'{{7*7}}"
    world.tell_api("POST", API_HQ, {"deviceName": name, "deviceType": "Generic SIP Phone"})
    page = world.browser(OWNER).get(f"{HQ}?q=script")
    assert list_row_headings(page) == [name]
    [link] = [link for link in page.links() if "7*7" in link or "7%2A7" in link]
    assert world.browser(OWNER).get(link).h1 == name


def test_list_may_be_some_seconds_old_and_says_of_when(world: World) -> None:
    owner = world.browser(OWNER)
    owner.get(HQ)
    world.tell_api("POST", API_HQ, {"deviceName": "Past the portal", "deviceType": "Generic SIP Phone"})
    world.clock.advance(seconds=9)
    page = owner.get(HQ)
    assert "Past the portal" not in list_row_headings(page)
    assert "As of 09:30:00 UTC" in page.words
    [refresh] = [link for link in page.links() if "after=" in link]
    assert "Past the portal" in list_row_headings(owner.get(refresh))
    world.clock.advance(seconds=10)
    assert "As of 09:30:19 UTC" in owner.get(HQ).words


def test_my_own_change_shows_at_once_in_another_worker(world: World) -> None:
    other_worker = world.another_portal()
    here = world.browser(OWNER)
    there = Browser(other_worker)
    cookie = here.client.get_cookie("portal")
    there.client.set_cookie("portal", cookie.value if cookie else "")
    assert "Desk 02" in list_row_headings(here.get(HQ))
    assert "Desk 02" in list_row_headings(there.get(HQ))
    here.post(f"{HQ}Desk 02/delete")
    assert "Desk 02" not in list_row_headings(there.get(HQ))
    assert "Desk 02" not in list_row_headings(here.get(HQ))


def test_warm_list_takes_two_statements(world: World) -> None:
    owner, portal = world.browser(OWNER), world.held_by()
    owner.get(HQ)
    portal.index.feed.flush()
    with record_statements(portal.engine) as statements:
        assert owner.get(HQ).status == 200
    tables = [re.findall(r"portal_\w+", statement.partition("FROM")[2]) for statement in statements]
    assert [names[-1] for names in tables] == ["portal_sessions", "portal_device_lists"], statements
