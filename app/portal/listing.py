"""Sort, filter, search and page over a decoded list, and the links that keep the query."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50
_LONGEST_SEARCH = 200

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`sort_key` must order any two rows; rows it cannot tell apart stay in the order of the first column."""

    key: str
    label: str
    sort_key: Callable[[Row], Any]


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """A value a row has exactly one of; `values` come first, in their order, even where no row has them."""

    key: str
    label: str
    of: Callable[[Row], str]
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """What the address asks for. Whatever makes no sense in it counts as not asked."""

    q: str
    filters: Mapping[str, str]
    sort: str
    page: int
    size: int


class Table(Generic[Row]):
    """Rows that never change; each order and the search text are made when first needed, and kept."""

    def __init__(
        self,
        rows: Iterable[Row],
        columns: Sequence[Column[Row]],
        filters: Sequence[Filter[Row]],
        text: Callable[[Row], str],
    ) -> None:
        self.columns = {column.key: column for column in columns}
        self.filters = filters
        self.default_sort = columns[0].key
        self.rows: Sequence[Row] = sorted(rows, key=columns[0].sort_key)
        self._text = text
        self._orders: dict[str, Sequence[int]] = {}

    def read_query(self, args: Mapping[str, str]) -> Query:
        sort, size = args.get("sort", ""), _whole(args.get("size", ""))
        return Query(
            q=args.get("q", "").strip()[:_LONGEST_SEARCH],
            filters={each.key: args[each.key] for each in self.filters if args.get(each.key)},
            sort=sort if sort.removeprefix("-") in self.columns else self.default_sort,
            page=max(1, _whole(args.get("page", ""))),
            size=size if size in SIZES else DEFAULT_SIZE,
        )

    def order(self, sort: str) -> Sequence[int]:
        """Positions of the rows in the order of a column, "-" before its key for descending."""
        if sort not in self._orders:
            key = self.columns[sort.removeprefix("-")].sort_key
            self._orders[sort] = sorted(
                range(len(self.rows)), key=lambda at: key(self.rows[at]), reverse=sort.startswith("-")
            )
        return self._orders[sort]

    @cached_property
    def texts(self) -> Sequence[str]:
        return [self._text(row).casefold() for row in self.rows]

    @cached_property
    def counts(self) -> Mapping[str, Counter[str]]:
        return {each.key: Counter(map(each.of, self.rows)) for each in self.filters}


@dataclass(frozen=True)
class Facet:
    """One value to filter by, how many rows it would leave, and the address that does it."""

    value: str
    label: str
    count: int
    url: str
    current: bool


class Listing(Generic[Row]):
    """One page of a table, and the addresses that lead on from it.

    `needles` are texts of which a row must contain one; none at all finds every row.
    """

    sizes = SIZES

    def __init__(self, table: Table[Row], query: Query, path: str, needles: Sequence[str]) -> None:
        self._table = table
        self._path = path
        self._query = query
        self.q, self.sort, self.size = query.q, query.sort, query.size
        self._searched = _search(table, table.order(query.sort), needles)
        matching = self._keep(query.filters)
        self.all = len(table.rows)
        self.total = len(matching)
        self.pages = max(1, -(-self.total // self.size))
        self.page = min(query.page, self.pages)
        start = (self.page - 1) * self.size
        self.rows = [table.rows[at] for at in matching[start : start + self.size]]
        self.first = start + 1 if self.rows else 0
        self.last = start + len(self.rows)
        self.filtered = bool(query.q or query.filters)

    @property
    def matching(self) -> Iterator[Row]:
        """Every row that matches, on whatever page."""
        return (self._table.rows[at] for at in self._keep(self._query.filters))

    @property
    def sort_label(self) -> str:
        return self._table.columns[self.sort.removeprefix("-")].label

    @property
    def columns(self) -> Sequence[Column[Row]]:
        return list(self._table.columns.values())

    def url(self, **changes: Any) -> str:
        """This list with some things asked otherwise, from its first page unless a page is given."""
        return self.url_at(self._path, **changes)

    def url_at(self, path: str, **changes: Any) -> str:
        """The same question put to another address."""
        text = urlencode(self._asked(**changes))
        return f"{path}?{text}" if text else path

    def hidden(self, but: str) -> Sequence[tuple[str, str]]:
        """What is asked, but for one part, as fields of a form that changes that part."""
        return [(key, str(value)) for key, value in self._asked().items() if key != but]

    def sort_url(self, key: str) -> str:
        return self.url(sort=f"-{key}" if self.sort == key else key)

    def aria_sort(self, key: str) -> str | None:
        if self.sort.removeprefix("-") != key:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"

    @cached_property
    def facets(self) -> Mapping[str, Sequence[Facet]]:
        return {each.key: self._facets(each) for each in self._table.filters}

    @property
    def chips(self) -> Sequence[tuple[str, str]]:
        """The filters in use in words, each with the address that takes it away."""
        searched = [(f"text “{self.q}”", self.url(q=""))] if self.q else []
        used = self._query.filters
        return searched + [
            (f"{each.label} {used[each.key]}", self.url(**{each.key: ""}))
            for each in self._table.filters
            if each.key in used
        ]

    @property
    def suggestions(self) -> Sequence[tuple[str, str]]:
        """Ways out of an empty result: one filter less, where that finds something."""
        ways = []
        for each in self._table.filters:
            if each.key in self._query.filters:
                count = len(self._keep(self._without(each.key)))
                if count:
                    ways.append((f"Show the {count} of any {each.label}", self.url(**{each.key: ""})))
        return ways

    def _asked(self, **changes: Any) -> Mapping[str, Any]:
        asked = {"q": self.q, **self._query.filters, "sort": self.sort, "size": self.size, **changes}
        usual = {"sort": self._table.default_sort, "page": 1, "size": DEFAULT_SIZE}
        return {key: value for key, value in asked.items() if value and value != usual.get(key)}

    def _facets(self, by: Filter[Row]) -> Sequence[Facet]:
        used = self._query.filters.get(by.key, "")
        counts = self._counts(by)
        rest = sorted(set(counts) - set(by.values), key=lambda value: (value.casefold(), value))
        values = (*by.values, *rest, *({used} - {"", *by.values, *rest}))
        everything = Facet("", "All", counts.total(), self.url(**{by.key: ""}), not used)
        return [everything] + [
            Facet(value, value, counts[value], self.url(**{by.key: value}), value == used) for value in values
        ]

    def _counts(self, by: Filter[Row]) -> Counter[str]:
        others = self._without(by.key)
        if not self.q and not others:
            return self._table.counts[by.key]
        return Counter(by.of(self._table.rows[at]) for at in self._keep(others))

    def _without(self, key: str) -> Mapping[str, str]:
        return {other: value for other, value in self._query.filters.items() if other != key}

    def _keep(self, filters: Mapping[str, str]) -> Sequence[int]:
        kept, rows = self._searched, self._table.rows
        for each in self._table.filters:
            if each.key in filters:
                of, value = each.of, filters[each.key]
                kept = [at for at in kept if of(rows[at]) == value]
        return kept


def _search(table: Table[Any], order: Sequence[int], needles: Sequence[str]) -> Sequence[int]:
    if not needles:
        return order
    texts = table.texts
    return [at for at in order if any(needle in texts[at] for needle in needles)]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
