"""One page of a table, and the links that lead on from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import compress, islice
from operator import and_
from typing import Generic, TypeVar

from app.portal.lists.links import ListLinks
from app.portal.lists.query import DEFAULT_SIZE, SIZES, Query
from app.portal.lists.table import Column, Filter, MultiValueFilter, Table

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Facet:
    """One value to filter by, how many rows it would leave, and the address that does it."""

    value: str
    label: str
    count: int
    url: str
    current: bool


class Listing(ListLinks, Generic[RowT]):
    """One page of a table, and the addresses that lead on from it."""

    sizes = SIZES

    def __init__(self, table: Table[RowT], query: Query, path: str) -> None:
        asked = {"q": query.q, **query.filters, "sort": query.sort, "size": query.size}
        super().__init__(path, asked, usual={"sort": table.default_sort, "size": DEFAULT_SIZE})
        self._table = table
        self._query = query
        self.q, self.size = query.q, query.size
        self._found = table.search(query.q)
        self._mask = self._keep(query.filters)
        self.unfiltered_total = len(table.rows)
        self.total = self._mask.bit_count()
        self.pages = max(1, -(-self.total // self.size))
        self.page = min(query.page, self.pages)
        start = (self.page - 1) * self.size
        self.rows = [table.rows[at] for at in islice(self._positions(), start, start + self.size)]
        self.first = start + 1 if self.rows else 0
        self.last = start + len(self.rows)
        self.filtered = bool(query.q or query.filters)

    @property
    def matching_rows(self) -> Iterator[RowT]:
        """Every row that matches, on whatever page."""
        return map(self._table.rows.__getitem__, self._positions())

    @property
    def sort_label(self) -> str:
        return self._table.columns[self.sort.removeprefix("-")].label

    @property
    def columns(self) -> Sequence[Column[RowT]]:
        return list(self._table.columns.values())

    @cached_property
    def facets(self) -> Mapping[str, Sequence[Facet]]:
        return {each.key: self._facets(each) for each in self._table.filters}

    @property
    def chips(self) -> Sequence[tuple[str, str]]:
        """The filters in use in words, each with the address that takes it away."""
        searched = [(f"text “{self.q}”", self.url(q=""))] if self.q else []
        used = self._query.filters
        return searched + [
            (f"{each.label} {each.words(used[each.key])}", self.url(**{each.key: ""}))
            for each in self._table.filters
            if each.key in used
        ]

    @property
    def suggestions(self) -> Sequence[tuple[str, str]]:
        """Ways out of an empty result: one filter less, where that finds something."""
        ways = []
        for each in self._table.filters:
            if each.key in self._query.filters:
                count = self._keep(self._without(each.key)).bit_count()
                if count:
                    ways.append((f"Show the {count} of any {each.label}", self.url(**{each.key: ""})))
        return ways

    def _positions(self) -> Iterator[int]:
        """Where the rows that match are found in the table, one after the other in the order asked for."""
        order = self._table.order(self.sort)
        if self.total == self.unfiltered_total:
            return iter(order)
        matches = self._mask.to_bytes(self.unfiltered_total, "little")
        in_order = matches if self.sort == self._table.default_sort else map(matches.__getitem__, order)
        return compress(order, in_order)

    def _facets(self, by: Filter[RowT] | MultiValueFilter[RowT]) -> Sequence[Facet]:
        used = self._query.filters.get(by.key, "")
        counts = self._counts(by)
        rest = sorted(set(counts) - set(by.values), key=lambda value: (value.casefold(), value))
        values = (*by.values, *rest, *({used} - {"", *by.values, *rest}))
        total = self._keep(self._without(by.key)).bit_count()
        everything = Facet("", "All", total, self.url(**{by.key: ""}), not used)
        return [everything] + [
            Facet(value, by.words(value), counts.get(value, 0), self.url(**{by.key: value}), value == used)
            for value in values
        ]

    def _counts(self, by: Filter[RowT] | MultiValueFilter[RowT]) -> Mapping[str, int]:
        others = self._without(by.key)
        if not self.q and not others:
            return self._table.counts[by.key]
        kept = self._keep(others)
        counts = {value: (kept & mask).bit_count() for value, mask in self._table.masks[by.key].items()}
        return {value: count for value, count in counts.items() if count}

    def _without(self, key: str) -> Mapping[str, str]:
        return {other: value for other, value in self._query.filters.items() if other != key}

    def _keep(self, filters: Mapping[str, str]) -> int:
        masks = self._table.masks if filters else {}
        return reduce(and_, (masks[key].get(value, 0) for key, value in filters.items()), self._found)
