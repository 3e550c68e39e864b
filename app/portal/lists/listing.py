"""One page of a table, and its links."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import compress, islice
from operator import and_
from typing import Generic, TypeVar

from app.portal.domain.natural_order import exact_natural_key
from app.portal.lists.paging import PagedList
from app.portal.lists.query import Query
from app.portal.lists.table import Column, Filter, MultiValueFilter, Table

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Facet:
    """A value to filter by, the number of rows with it, and the URL that sets the filter."""

    value: str
    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class Position(Generic[RowT]):
    """The number of a row among `total` ones of all pages, from 1, and the rows before and behind it."""

    number: int
    total: int
    previous: RowT | None
    next: RowT | None


class Listing(PagedList, Generic[RowT]):
    def __init__(self, table: Table[RowT], query: Query, path: str) -> None:
        parameters = {"q": query.q, **query.filters, "sort": query.sort, "size": query.size}
        super().__init__(path, parameters, defaults={"sort": table.default_sort})
        self._table = table
        self._query = query
        self.q = query.q
        self._search_mask = table.search(query.q)
        self._mask = self._filter_mask(query.filters)
        self.unfiltered_total = len(table.rows)
        self._start = self._open_page(self._mask.bit_count(), query.page)
        self.filtered = bool(query.q or query.filters)

    @cached_property
    def rows(self) -> Sequence[RowT]:
        """The rows of the page."""
        positions = islice(self._positions(), self._start, self._start + self.size)
        return [self._table.rows[index] for index in positions]

    @property
    def key(self) -> Hashable:
        """Return what its page depends on beside the table."""
        return self.path, *self._parameters.items(), self.page

    @property
    def matching_rows(self) -> Iterator[RowT]:
        """Return the matching rows of all pages."""
        return map(self._table.rows.__getitem__, self._positions())

    def locate(self, index: int) -> Position[RowT] | None:
        """Return the position of a row of the table; None where the filters leave it out."""
        positions = list(self._positions())
        try:
            place = positions.index(index)
        except ValueError:
            return None
        rows = self._table.rows
        previous = rows[positions[place - 1]] if place else None
        following = rows[positions[place + 1]] if place + 1 < len(positions) else None
        return Position(place + 1, len(positions), previous, following)

    @property
    def sort_label(self) -> str:
        return self._table.columns[self.sort.removeprefix("-")].label

    @property
    def columns(self) -> Sequence[Column[RowT]]:
        return list(self._table.columns.values())

    @cached_property
    def facets(self) -> Mapping[str, Sequence[Facet]]:
        return {criterion.key: self._facets(criterion) for criterion in self._table.filters}

    @property
    def chips(self) -> Sequence[tuple[str, str]]:
        """Return the filters in use in words, each with the URL that removes it."""
        searched = [(f"Search: “{self.q}”", self.url(q=""))] if self.q else []
        used = self._query.filters
        return searched + [
            (
                f"{criterion.label[:1].upper()}{criterion.label[1:]}: {criterion.label_of(used[criterion.key])}",
                self.url(**{criterion.key: ""}),
            )
            for criterion in self._table.filters
            if criterion.key in used
        ]

    @property
    def suggestions(self) -> Sequence[tuple[str, str]]:
        """Return labels and URLs of results with one filter less, where there are any."""
        suggestions = []
        for criterion in self._table.filters:
            if criterion.key in self._query.filters:
                count = self._filter_mask(self._without(criterion.key)).bit_count()
                if count:
                    suggestions.append((f"Clear {criterion.label} filter ({count:,})", self.url(**{criterion.key: ""})))
        return suggestions

    def _positions(self) -> Iterator[int]:
        """Return the indexes of the matching rows in the table, in the order of `sort`."""
        order = self._table.order(self.sort)
        if self.total == self.unfiltered_total:
            return iter(order)
        mask = self._mask.to_bytes(self.unfiltered_total, "little")
        in_order = mask if self.sort == self._table.default_sort else map(mask.__getitem__, order)
        return compress(order, in_order)

    def _facets(self, criterion: Filter[RowT] | MultiValueFilter[RowT]) -> Sequence[Facet]:
        used = self._query.filters.get(criterion.key, "")
        counts = self._counts(criterion)
        rest = sorted(set(counts) - set(criterion.values), key=exact_natural_key)
        values = (*criterion.values, *rest, *({used} - {"", *criterion.values, *rest}))
        total = self._filter_mask(self._without(criterion.key)).bit_count()
        all_values = Facet("", "All", total, self.url(**{criterion.key: ""}), not used)
        return [all_values] + [
            Facet(
                value,
                criterion.label_of(value),
                counts.get(value, 0),
                self.url(**{criterion.key: value}),
                value == used,
            )
            for value in values
        ]

    def _counts(self, criterion: Filter[RowT] | MultiValueFilter[RowT]) -> Mapping[str, int]:
        others = self._without(criterion.key)
        if not self.q and not others:
            return self._table.counts[criterion.key]
        others_mask = self._filter_mask(others)
        counts = {value: (others_mask & mask).bit_count() for value, mask in self._table.masks[criterion.key].items()}
        return {value: count for value, count in counts.items() if count}

    def _without(self, key: str) -> Mapping[str, str]:
        return {other: value for other, value in self._query.filters.items() if other != key}

    def _filter_mask(self, filters: Mapping[str, str]) -> int:
        masks = self._table.masks if filters else {}
        return reduce(and_, (masks[key].get(value, 0) for key, value in filters.items()), self._search_mask)
