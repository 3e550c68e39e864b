"""The addresses that lead on from a list: the same question, with something in it asked otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode


class SortableList:
    """A list in the order of one of its columns: `sort` is the key of that, with "-" before it for descending."""

    sort: str

    def next_sort(self, key: str) -> str:
        return f"-{key}" if self.sort == key else key

    def aria_sort(self, key: str) -> str | None:
        if self.sort.removeprefix("-") != key:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


class ListLinks(SortableList):
    """`asked` is all that a list is asked for but its page; what is `usual` in it is left out of addresses."""

    def __init__(self, path: str, asked: Mapping[str, Any], usual: Mapping[str, Any]) -> None:
        self.path = path
        self.sort = asked["sort"]
        self._asked = asked
        self._usual = {"page": 1, **usual}

    def url(self, **changes: Any) -> str:
        """This list with some things asked otherwise, from its first page unless a page is given."""
        return self.url_with_path(self.path, **changes)

    def url_with_path(self, path: str, **changes: Any) -> str:
        """The same question put to another address."""
        text = urlencode(self._worth_saying({**self._asked, **changes}))
        return f"{path}?{text}" if text else path

    def hidden_fields(self, *but: str) -> Sequence[tuple[str, str]]:
        """What is asked, but for some parts, as fields of a form that changes those parts."""
        return [(key, str(value)) for key, value in self._worth_saying(self._asked).items() if key not in but]

    def sort_url(self, key: str) -> str:
        return self.url(sort=self.next_sort(key))

    def _worth_saying(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {key: value for key, value in asked.items() if value and value != self._usual.get(key)}
