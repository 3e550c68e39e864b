"""Sort, filter, search and page over a decoded list."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, compress, islice
from operator import and_
from typing import Any, Generic, TypeVar

from app.portal.links import Links
from app.portal.search_texts import SearchTexts, folded, mask_of

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50
_LONGEST_SEARCH = 200
LAST = chr(sys.maxunicode)  # sorts behind every text

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`sort_key` must order any two rows; rows it cannot tell apart stay in the order of the first column."""

    key: str
    label: str
    sort_key: Callable[[Row], Any]


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """A value a row has at most one of: `of` says which, for many rows at once, or nothing where none has any.

    `values` come first, in their order, even where no row has them.
    """

    key: str
    label: str
    of: Callable[[Sequence[Row]], Iterable[str]]
    values: tuple[str, ...] = ()
    words: Callable[[str], str] = str

    def masks(self, rows: Sequence[Row]) -> Mapping[str, int]:
        return _masks(list(self.of(rows)))

    def counts(self, rows: Sequence[Row]) -> Mapping[str, int]:
        return Counter(self.of(rows))


@dataclass(frozen=True)
class Marks(Generic[Row]):
    """A filter by values of which a row has any number."""

    key: str
    label: str
    of: Callable[[Row], Collection[str]]
    values: tuple[str, ...] = ()
    words: Callable[[str], str] = str

    def masks(self, rows: Sequence[Row]) -> Mapping[str, int]:
        marks = [self.of(row) for row in rows]
        return {value: mask_of(value in each for each in marks) for value in set(chain.from_iterable(marks))}

    def counts(self, rows: Sequence[Row]) -> Mapping[str, int]:
        return Counter(chain.from_iterable(map(self.of, rows)))


@dataclass(frozen=True)
class Query:
    """What the address asks for. Whatever makes no sense in it counts as not asked."""

    q: str
    filters: Mapping[str, str]
    sort: str
    page: int
    size: int


class Table(Generic[Row]):
    """Rows that never change; whatever is asked of them is made when first needed, and kept.

    A mask is a set of rows as one number, with a byte of 1 for each row that is in it: masks meet with `&`, and
    have `bit_count` rows.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        columns: Sequence[Column[Row]],
        filters: Sequence[Filter[Row] | Marks[Row]],
        text: Callable[[Row], str],
    ) -> None:
        self.columns = {column.key: column for column in columns}
        self.filters = filters
        self.default_sort = columns[0].key
        self.rows: Sequence[Row] = sorted(rows, key=columns[0].sort_key)
        self._text = text
        self._orders: dict[str, Sequence[int]] = {self.default_sort: range(len(self.rows))}
        self._last_search = ("", self.everything)

    def read_query(self, args: Mapping[str, str]) -> Query:
        sort, size = args.get("sort", ""), whole(args.get("size", ""))
        return Query(
            q=args.get("q", "").strip()[:_LONGEST_SEARCH],
            filters={each.key: args[each.key] for each in self.filters if args.get(each.key)},
            sort=sort if sort.removeprefix("-") in self.columns else self.default_sort,
            page=max(1, whole(args.get("page", ""))),
            size=size if size in SIZES else DEFAULT_SIZE,
        )

    def order(self, sort: str) -> Sequence[int]:
        """Positions of the rows in the order of a column, "-" before its key for descending."""
        if sort not in self._orders:
            keys = [self.columns[sort.removeprefix("-")].sort_key(row) for row in self.rows]
            self._orders[sort] = sorted(range(len(keys)), key=keys.__getitem__, reverse=sort.startswith("-"))
        return self._orders[sort]

    def search(self, text: str) -> int:
        """The mask of the rows that this is found in, whatever its case and accents; "" is found in every row."""
        searched, mask = self._last_search  # turning the pages of a search asks for the same again
        if searched != text:
            mask = self.find(folded(text) or text) if text else self.everything
            self._last_search = text, mask
        return mask

    def find(self, text: str) -> int:
        """The mask of the rows with this in their search text, for folded text that is not empty."""
        return self._texts.mask(text)

    @cached_property
    def everything(self) -> int:
        return mask_of(b"\1" * len(self.rows))

    @cached_property
    def masks(self) -> Mapping[str, Mapping[str, int]]:
        """By filter and value."""
        return {each.key: each.masks(self.rows) for each in self.filters}

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many rows have each value, by filter."""
        return {each.key: each.counts(self.rows) for each in self.filters}

    @cached_property
    def _texts(self) -> SearchTexts:
        return SearchTexts([folded(self._text(row)) for row in self.rows])


@dataclass(frozen=True)
class Facet:
    """One value to filter by, how many rows it would leave, and the address that does it."""

    value: str
    label: str
    count: int
    url: str
    current: bool


class Listing(Links, Generic[Row]):
    """One page of a table, and the addresses that lead on from it."""

    sizes = SIZES

    def __init__(self, table: Table[Row], query: Query, path: str) -> None:
        asked = {"q": query.q, **query.filters, "sort": query.sort, "size": query.size}
        super().__init__(path, asked, usual={"sort": table.default_sort, "size": DEFAULT_SIZE})
        self._table = table
        self._query = query
        self.q, self.size = query.q, query.size
        self._found = table.search(query.q)
        self._mask = self._keep(query.filters)
        self.all = len(table.rows)
        self.total = self._mask.bit_count()
        self.pages = max(1, -(-self.total // self.size))
        self.page = min(query.page, self.pages)
        start = (self.page - 1) * self.size
        self.rows = [table.rows[at] for at in islice(self._positions(), start, start + self.size)]
        self.first = start + 1 if self.rows else 0
        self.last = start + len(self.rows)
        self.filtered = bool(query.q or query.filters)

    @property
    def matching(self) -> Iterator[Row]:
        """Every row that matches, on whatever page."""
        return map(self._table.rows.__getitem__, self._positions())

    @property
    def sort_label(self) -> str:
        return self._table.columns[self.sort.removeprefix("-")].label

    @property
    def columns(self) -> Sequence[Column[Row]]:
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
        if self.total == self.all:
            return iter(order)
        matches = self._mask.to_bytes(self.all, "little")
        in_order = matches if self.sort == self._table.default_sort else map(matches.__getitem__, order)
        return compress(order, in_order)

    def _facets(self, by: Filter[Row] | Marks[Row]) -> Sequence[Facet]:
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

    def _counts(self, by: Filter[Row] | Marks[Row]) -> Mapping[str, int]:
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


def _masks(values: Sequence[str]) -> Mapping[str, int]:
    chosen = {value: bytearray(len(values)) for value in set(values)}
    for at, value in enumerate(values):
        chosen[value][at] = True
    return {value: mask_of(each) for value, each in chosen.items()}


def whole(text: str) -> int:
    """The number that a parameter of an address gives; 0 where it gives none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
