"""HTML of rows, drawn when a row is first shown and kept as long as the rows."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


class DrawnRows(Generic[RowT]):
    """A row is known by its identity: whoever owns this owns the rows too. `size` is in bytes, more or less."""

    def __init__(self) -> None:
        self.size = 0
        self._html: dict[Hashable, dict[int, str]] = {}

    def get(self, rows: Iterable[RowT], variant: Hashable, draw: Callable[[RowT], str]) -> list[str]:
        """Return the HTML of each row. `variant` is all that it depends on beside the row."""
        html = self._html.setdefault(variant, {})
        return [html.get(id(row)) or self._keep(html, row, draw(row)) for row in rows]

    def pick(self, rows: Collection[int]) -> "DrawnRows[RowT]":
        """Return the HTML of the rows with these identities alone."""
        picked: DrawnRows[RowT] = DrawnRows()
        for variant, html in self._html.items():
            picked._html[variant] = {key: text for key, text in html.items() if key in rows}
        picked.size = sum(len(text) for html in picked._html.values() for text in html.values())
        return picked

    def _keep(self, html: dict[int, str], row: RowT, text: str) -> str:
        html[id(row)] = text
        self.size += len(text)
        return text
