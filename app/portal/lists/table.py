"""Sorting, filtering and searching rows in memory."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain
from operator import and_
from typing import Any, Generic, TypeVar

from app.portal.domain.natural_order import exact_natural_key, natural_key
from app.portal.domain.search_words import fold, fold_words
from app.portal.lists.query import Query, read_page, read_size, read_text
from app.portal.lists.search_texts import SearchTexts, to_mask

SORTS_LAST = chr(sys.maxunicode)  # sorts behind every text

RowT = TypeVar("RowT")


def text_key(text: str) -> str:
    """Return the sort key of a text: in natural order without case, last where it is empty."""
    return natural_key(text) if text else SORTS_LAST


def name_key(text: str) -> str:
    """Return the sort key of what a list is sorted by first: a total order of texts."""
    return exact_natural_key(text) if text else SORTS_LAST


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """Rows with equal sort keys stay in the order of the first column."""

    key: str
    label: str
    sort_key: Callable[[RowT], Any]


@dataclass(frozen=True)
class Filter(Generic[RowT]):
    """A filter by a value of which a row has at most one.

    `values_of` returns the value of each row, "" for none, or nothing where no row has one. `values` come first, in
    their order, even where no row has them.
    """

    key: str
    label: str
    values_of: Callable[[Sequence[RowT]], Iterable[str]]
    values: tuple[str, ...] = ()
    label_of: Callable[[str], str] = str

    def masks(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        values = list(self.values_of(rows))
        flags = {value: bytearray(len(values)) for value in set(values)}
        for index, value in enumerate(values):
            flags[value][index] = True
        return {value: to_mask(row_flags) for value, row_flags in flags.items()}

    def counts(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        return Counter(self.values_of(rows))


@dataclass(frozen=True)
class MultiValueFilter(Generic[RowT]):
    """A filter by values of which a row has any number."""

    key: str
    label: str
    values_of: Callable[[RowT], Collection[str]]
    values: tuple[str, ...] = ()
    label_of: Callable[[str], str] = str

    def masks(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        row_values = [self.values_of(row) for row in rows]
        return {value: to_mask(value in values for values in row_values) for value in set(chain(*row_values))}

    def counts(self, rows: Sequence[RowT]) -> Mapping[str, int]:
        return Counter(chain.from_iterable(map(self.values_of, rows)))


class Table(Generic[RowT]):
    """Rows that never change; orders, masks and counts are computed when first needed, and kept.

    A mask is a set of rows as one number, with a byte of 1 for each row in it: `&` intersects masks, `bit_count`
    counts their rows.
    """

    def __init__(
        self,
        rows: Iterable[RowT],
        columns: Sequence[Column[RowT]],
        filters: Sequence[Filter[RowT] | MultiValueFilter[RowT]],
        text: Callable[[RowT], str],
        *,
        is_sorted: bool = False,
    ) -> None:
        """`is_sorted` if the rows are in the order of the first column."""
        self.columns = {column.key: column for column in columns}
        self.filters = filters
        self.default_sort = columns[0].key
        self.rows: Sequence[RowT] = tuple(rows) if is_sorted else sorted(rows, key=columns[0].sort_key)
        self._text = text
        self._orders: dict[str, Sequence[int]] = {self.default_sort: range(len(self.rows))}
        self._last_search = ("", self.all_rows_mask)

    def read_query(self, args: Mapping[str, str]) -> Query:
        sort = args.get("sort", "")
        return Query(
            q=read_text(args),
            filters={criterion.key: args[criterion.key] for criterion in self.filters if args.get(criterion.key)},
            sort=sort if sort.removeprefix("-") in self.columns else self.default_sort,
            page=read_page(args),
            size=read_size(args),
        )

    def order(self, sort: str) -> Sequence[int]:
        """Return the indexes of the rows in the order of a column, "-" before its key for descending."""
        if sort not in self._orders:
            keys = [self.columns[sort.removeprefix("-")].sort_key(row) for row in self.rows]
            self._orders[sort] = sorted(range(len(keys)), key=keys.__getitem__, reverse=sort.startswith("-"))
        return self._orders[sort]

    def search(self, text: str) -> int:
        """Return the mask of the rows that contain each word of the text, whatever its case and accents."""
        searched, mask = self._last_search  # the other pages of a search ask for the same
        if searched != text:
            mask = self.find(text)
            self._last_search = text, mask
        return mask

    def find(self, text: str) -> int:
        return reduce(and_, map(self.find_word, fold_words(text)), self.all_rows_mask)

    def find_word(self, word: str) -> int:
        """Return the mask of the rows whose search text contains this folded word, which is not empty."""
        return self._texts.mask(word)

    @cached_property
    def all_rows_mask(self) -> int:
        return to_mask(b"\1" * len(self.rows))

    @cached_property
    def masks(self) -> Mapping[str, Mapping[str, int]]:
        """Masks by filter and value."""
        return {criterion.key: criterion.masks(self.rows) for criterion in self.filters}

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Numbers of rows by filter and value."""
        return {criterion.key: criterion.counts(self.rows) for criterion in self.filters}

    @cached_property
    def _texts(self) -> SearchTexts:
        return SearchTexts([fold(self._text(row)) for row in self.rows])
