"""Sorting, filtering, searching and paging of any list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.portal.lists.listing import Listing
from app.portal.lists.query import SIZES
from app.portal.lists.table import Column, Filter, Table
from tests.support.cases import record_case, requires_cases

PATH = "/devices/"
STATES = ("Online", "Offline")


@dataclass(frozen=True)
class Row:
    name: str
    ports: int
    status: str


rows = st.builds(Row, st.text("abAB ßé", max_size=3), st.integers(0, 3), st.sampled_from([*STATES, "Odd", "odd"]))
# Drawn rows alone are too few for a second page.
MANY = [Row(f"{'abß'[n % 3]}{n}", n // 4 % 2, [*STATES, "Odd", "Online"][n % 4]) for n in range(240)]
tables = st.builds(
    lambda drawn, count: [*MANY[:count], *drawn], st.lists(rows, max_size=20), st.sampled_from([240, 0, 60])
).map(
    lambda all_rows: Table(
        all_rows,
        (
            Column("name", "Name", lambda row: (row.name.casefold(), row.name)),
            Column("ports", "Ports", lambda row: row.ports),
            Column("status", "Status", lambda row: row.status),
        ),
        (
            Filter("status", "status", lambda rows: [row.status for row in rows], STATES),
            Filter("ports", "ports", lambda rows: [str(row.ports) for row in rows]),
        ),
        lambda row: f"{row.name}\n{row.status}",
    )
)
of_later_pages = st.fixed_dictionaries(
    {
        "size": st.just("25"),
        "page": st.sampled_from(["2", "3", "999"]),
        "q": st.sampled_from(["o", "", "a"]),
        "status": st.sampled_from(["Online", "", "Offline"]),
        "ports": st.sampled_from(["0", ""]),
        "sort": st.sampled_from(["-name", "ports", "-status"]),
    },
)
of_anything = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text("abß ", max_size=2),
        "status": st.sampled_from(["Online", "Odd", "missing", ""]),
        "ports": st.sampled_from(["0", "1", "9"]),
        "sort": st.sampled_from(["name", "-name", "ports", "-ports", "-status", "nonsense", "--name"]),
        "size": st.sampled_from(["25", "50", "26", "x", "0"]),
        "page": st.sampled_from(["1", "2", "3", "0", "-1", "999", "x"]),
    },
)


queries = st.one_of(of_anything, of_later_pages)


def with_one_search(asked: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**query, "q": asked[0].get("q", "")} for query in asked]


def make_listing(table: Table[Row], query: dict[str, str]) -> Listing[Row]:
    queries_before = table.read_query(MultiDict(query))
    return Listing(table, queries_before, PATH)


def follow(table: Table[Row], url: str) -> Listing[Row]:
    assert urlsplit(url).path == PATH
    return make_listing(table, {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()})


@requires_cases("one page", "several pages", "several pages of a filtered list", "a last page that is not full")
@given(tables, queries)
def test_pages_hold_every_match_once(table: Table[Row], query: dict[str, str]) -> None:
    first = make_listing(table, query)
    pages = [follow(table, first.url(page=page)) for page in range(1, first.pages + 1)]
    rows_found: list[Row] = [row for page in pages for row in page.rows]
    record_case("several pages" if len(pages) > 1 else "one page")
    record_case("several pages of a filtered list", len(pages) > 1 and 0 < first.total < len(table.rows))
    record_case("a last page that is not full", len(pages) > 1 and len(pages[-1].rows) < first.size)
    assert all(len(page.rows) == first.size for page in pages[:-1])
    assert rows_found == list(first.matching_rows)
    assert len(rows_found) == first.total
    wanted = [row for row in table.rows if matches(row, query)]
    assert sorted(rows_found, key=repr) == sorted(wanted, key=repr)


def matches(row: Row, query: dict[str, str]) -> bool:
    return (
        query.get("q", "").strip().casefold() in f"{row.name}\n{row.status}".casefold()
        and query.get("status") in {None, "", row.status}
        and query.get("ports") in {None, "", str(row.ports)}
    )


@requires_cases("ties")
@given(tables, st.sampled_from(["name", "ports", "status"]))
def test_order_is_total(table: Table[Row], key: str) -> None:
    for sort in (key, f"-{key}"):
        positions = table.order(sort)
        keys = [table.columns[key].sort_key(table.rows[index]) for index in positions]
        assert keys == sorted(keys, reverse=sort.startswith("-"))
        record_case("ties", len(set(keys)) < len(keys))
        assert sorted(positions) == list(range(len(table.rows)))
        for index, (position, next_position) in enumerate(pairwise(positions)):
            assert keys[index] != keys[index + 1] or position < next_position


@requires_cases("a filter with another", "counts of a search", "a value that no row has")
@given(tables, queries)
def test_facet_counts_match_links(table: Table[Row], query: dict[str, str]) -> None:
    listing = make_listing(table, query)
    record_case("a filter with another", listing.total and len(listing.chips) - bool(listing.q) > 1)
    record_case("counts of a search", 0 < listing.total < len(table.rows) and listing.q)
    for facets in listing.facets.values():
        everything, *values = facets
        assert everything.count == sum(facet.count for facet in values)
        assert [facet.current for facet in facets].count(True) == 1
        record_case("a value that no row has", any(not facet.count for facet in values))
        for facet in facets:
            assert follow(table, facet.url).total == facet.count


@requires_cases("a suggestion")
@given(tables, queries)
def test_suggestions_have_results(table: Table[Row], query: dict[str, str]) -> None:
    for label, url in make_listing(table, query).suggestions:
        record_case("a suggestion")
        [count] = re.findall(r"\d+", label)[:1]
        assert follow(table, url).total == int(count) > 0


@requires_cases("nothing matches", "a later page", "a page behind the last")
@given(tables, queries)
def test_page_is_not_empty_with_matches(table: Table[Row], query: dict[str, str]) -> None:
    listing = make_listing(table, query)
    record_case("nothing matches", not listing.total)
    record_case("a later page", listing.page > 1)
    record_case("a page behind the last", listing.rows and query.get("page") == "999")
    assert bool(listing.rows) == bool(listing.total)
    assert 1 <= listing.page <= listing.pages
    assert listing.size in SIZES
    assert (listing.last - listing.first + 1 if listing.rows else 0) == len(listing.rows)


@requires_cases("a later page", "a search")
@given(tables, queries)
def test_own_url_leads_to_same_page(table: Table[Row], query: dict[str, str]) -> None:
    listing = make_listing(table, query)
    record_case("a later page", listing.page > 1)
    record_case("a search", listing.rows and listing.q)
    again = follow(table, listing.url(page=listing.page))
    assert (again.rows, again.url(page=again.page)) == (listing.rows, listing.url(page=listing.page))
    hidden: Sequence[tuple[str, str]] = listing.hidden_fields("q")
    assert "q" not in dict(hidden)


@requires_cases("several pages", "another order")
@given(tables, queries, st.sampled_from(["name", "ports", "status"]))
def test_sort_link_reverses_order(table: Table[Row], query: dict[str, str], key: str) -> None:
    listing = make_listing(table, query)
    once = follow(table, listing.sort_url(key))
    record_case("several pages", listing.pages > 1)
    record_case("another order", once.rows != listing.rows)
    twice = follow(table, once.sort_url(key))
    assert {once.aria_sort(key), twice.aria_sort(key)} == {"ascending", "descending"}
    assert once.total == twice.total == listing.total


@requires_cases("no chip", "several chips", "more rows without one")
@given(tables, queries)
def test_chip_removes_one_filter(table: Table[Row], query: dict[str, str]) -> None:
    listing = make_listing(table, query)
    assert bool(listing.chips) == listing.filtered
    record_case("no chip", not listing.chips)
    record_case("several chips", len(listing.chips) > 1)
    for _, url in listing.chips:
        fewer = follow(table, url)
        record_case("more rows without one", fewer.total > listing.total)
        assert fewer.total >= listing.total
        assert len(fewer.chips) == len(listing.chips) - 1


@requires_cases("the same search again", "another search")
@given(
    tables,
    st.lists(queries, min_size=2, max_size=4) | st.lists(queries, min_size=2, max_size=4).map(with_one_search),
)
def test_earlier_queries_change_no_answer(table: Table[Row], queries_before: list[dict[str, str]]) -> None:
    searches = [query.get("q", "").strip() for query in queries_before]
    record_case("the same search again", any(one == other != "" for one, other in pairwise(searches)))
    record_case("another search", any(one != other for one, other in pairwise(searches)))
    for query in queries_before:
        fresh = Table(table.rows, list(table.columns.values()), table.filters, lambda row: f"{row.name}\n{row.status}")
        listing, other = make_listing(table, query), make_listing(fresh, query)
        assert (listing.rows, listing.total, listing.facets) == (other.rows, other.total, other.facets)
