"""HTML of rows and pages of a list, drawn when first shown and kept as long as the rows."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from threading import Lock
from typing import Generic, TypeVar

RowT = TypeVar("RowT")

_MAX_PAGES = 64


class DrawnRows(Generic[RowT]):
    """A row is known by its identity: whoever owns this owns the rows too. `size` is in bytes, more or less.

    A `variant` is all that the HTML depends on beside the rows.
    """

    def __init__(self) -> None:
        self._rows: dict[Hashable, dict[int, str]] = {}
        self._rows_size = 0
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._pages_size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        return self._rows_size + self._pages_size

    def get(self, rows: Iterable[RowT], variant: Hashable, draw: Callable[[RowT], str]) -> list[str]:
        """Return the HTML of each row."""
        html = self._rows.setdefault(variant, {})
        return [html.get(id(row)) or self._keep(html, row, draw(row)) for row in rows]

    def page(self, variant: Hashable, draw: Callable[[], str]) -> str:
        """Return the HTML of a page; of all pages, those are kept that were shown last."""
        with self._lock:
            html = self._pages.get(variant)
        html = draw() if html is None else html
        with self._lock:
            self._pages_size += len(html) - len(self._pages.get(variant, ""))
            self._pages[variant] = html
            self._pages.move_to_end(variant)
            if len(self._pages) > _MAX_PAGES:
                self._pages_size -= len(self._pages.popitem(last=False)[1])
        return html

    def pick(self, rows: Collection[int]) -> "DrawnRows[RowT]":
        """Return the HTML of the rows with these identities alone."""
        picked: DrawnRows[RowT] = DrawnRows()
        for variant, html in self._rows.items():
            picked._rows[variant] = {key: text for key, text in html.items() if key in rows}
        picked._rows_size = sum(len(text) for html in picked._rows.values() for text in html.values())
        return picked

    def _keep(self, html: dict[int, str], row: RowT, text: str) -> str:
        html[id(row)] = text
        self._rows_size += len(text)
        return text
