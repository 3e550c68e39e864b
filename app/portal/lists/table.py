"""Rows that are sorted, filtered and searched in memory."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar

from app.portal.lists.query import DEFAULT_SIZE, SIZES, Query, int_or_zero
from app.portal.lists.search_texts import SearchTexts, fold, to_mask

_LONGEST_SEARCH = 200
SORTS_LAST = chr(sys.maxunicode)  # sorts behind every text

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """`sort_key` must order any two rows; rows it cannot tell apart stay in the order of the first column."""

    key: str
    label: str
    sort_key: Callable[[RowT], Any]


@dataclass(frozen=True)
class Filter(Generic[RowT]):
    """A value a row has at most one of: `of` says which, for many rows at once, or nothing where none has any.

    `values` come first, in their order, even where no row has them.
    """

    key: str
    label: str
    of: Callable[[Sequence[RowT]], Iterable[str]]
    values: tuple[str, ...] = ()
    words: Callable[[str], str] = str

    def masks(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        return _masks(list(self.of(rows)))

    def counts(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        return Counter(self.of(rows))


@dataclass(frozen=True)
class MultiValueFilter(Generic[RowT]):
    """A filter by values of which a row has any number."""

    key: str
    label: str
    of: Callable[[RowT], Collection[str]]
    values: tuple[str, ...] = ()
    words: Callable[[str], str] = str

    def masks(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        marks = [self.of(row) for row in rows]
        return {value: to_mask(value in each for each in marks) for value in set(chain.from_iterable(marks))}

    def counts(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        return Counter(chain.from_iterable(map(self.of, rows)))


class Table(Generic[RowT]):
    """Rows that never change; whatever is asked of them is made when first needed, and kept.

    A mask is a set of rows as one number, with a byte of 1 for each row that is in it: masks meet with `&`, and
    have `bit_count` rows.
    """

    def __init__(
        self,
        rows: Iterable[RowT],
        columns: Sequence[Column[RowT]],
        filters: Sequence[Filter[RowT] | MultiValueFilter[RowT]],
        text: Callable[[RowT], str],
    ) -> None:
        self.columns = {column.key: column for column in columns}
        self.filters = filters
        self.default_sort = columns[0].key
        self.rows: Sequence[RowT] = sorted(rows, key=columns[0].sort_key)
        self._text = text
        self._orders: dict[str, Sequence[int]] = {self.default_sort: range(len(self.rows))}
        self._last_search = ("", self.everything)

    def read_query(self, args: Mapping[str, str]) -> Query:
        sort, size = args.get("sort", ""), int_or_zero(args.get("size", ""))
        return Query(
            q=args.get("q", "").strip()[:_LONGEST_SEARCH],
            filters={each.key: args[each.key] for each in self.filters if args.get(each.key)},
            sort=sort if sort.removeprefix("-") in self.columns else self.default_sort,
            page=max(1, int_or_zero(args.get("page", ""))),
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
            mask = self.find(fold(text) or text) if text else self.everything
            self._last_search = text, mask
        return mask

    def find(self, text: str) -> int:
        """The mask of the rows with this in their search text, for folded text that is not empty."""
        return self._texts.mask(text)

    @cached_property
    def everything(self) -> int:
        return to_mask(b"\1" * len(self.rows))

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
        return SearchTexts([fold(self._text(row)) for row in self.rows])


def _masks(values: Sequence[str]) -> Mapping[str, int]:
    chosen = {value: bytearray(len(values)) for value in set(values)}
    for at, value in enumerate(values):
        chosen[value][at] = True
    return {value: to_mask(each) for value, each in chosen.items()}
