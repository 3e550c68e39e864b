"""One page of a list, and the URLs of the list with some of its parameters changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.portal.lists.query import DEFAULT_SIZE, SIZES


class SortableList:
    """`sort` is the key of a column, with "-" before it for descending."""

    sort: str

    def next_sort(self, key: str) -> str:
        return f"-{key}" if self.sort == key else key

    def aria_sort(self, key: str) -> str | None:
        if self.sort.removeprefix("-") != key:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


class PagedList(SortableList):
    """`parameters` are all query parameters but the page; URLs leave out those that equal `defaults`.

    A query in `path` stays in all URLs.
    """

    sizes = SIZES

    def __init__(self, path: str, parameters: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self.start_url = path
        self.path, _, query = path.partition("?")
        parameters = {**dict(parse_qsl(query)), **parameters}
        self.sort = parameters["sort"]
        self.size: int = parameters["size"]
        self._parameters = parameters
        self._defaults = {"page": 1, "size": DEFAULT_SIZE, **defaults}

    def _open_page(self, total: int, page: int) -> int:
        """Set the numbers of the last page at most, and return the index of its first row."""
        self.total = total
        self.pages = max(1, -(-total // self.size))
        self.page = min(page, self.pages)
        start = (self.page - 1) * self.size
        self.first = start + 1 if total else 0
        self.last = min(start + self.size, total)
        return start

    def url(self, **changes: Any) -> str:
        """Return the list's URL with changed parameters; its first page unless a page is given."""
        return self.url_with_path(self.path, **changes)

    def url_with_path(self, path: str, **changes: Any) -> str:
        """Return another path with the same query; a query of its own is dropped."""
        path, text = path.partition("?")[0], urlencode(self._without_defaults({**self._parameters, **changes}))
        return f"{path}?{text}" if text else path

    @property
    def query_text(self) -> str:
        """Return the query of this page's URL; "" for the first page of the whole list."""
        return self.url(page=self.page).partition("?")[2]

    def hidden_fields(self, *exclude: str) -> Sequence[tuple[str, str]]:
        """Return the parameters as fields of a form, without those that the form changes."""
        fields = self._without_defaults(self._parameters)
        return [(key, str(value)) for key, value in fields.items() if key not in exclude]

    def sort_url(self, key: str) -> str:
        return self.url(sort=self.next_sort(key))

    def _without_defaults(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        return {key: value for key, value in parameters.items() if value and value != self._defaults.get(key)}
