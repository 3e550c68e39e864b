"""What a list makes of its address: sizes, page numbers, and how much of a search it reads."""

import pytest
from werkzeug.datastructures import MultiDict

from app.portal.lists.table import Column, Table

TABLE: Table[str] = Table(["a"], [Column("name", "Name", str)], [], str)


def read(**args: str) -> tuple[int, int]:
    query = TABLE.read_query(MultiDict(args))
    return query.page, query.size


@pytest.mark.parametrize("size", [25, 50, 100, 200])
def test_page_has_a_size_that_is_offered(size: int) -> None:
    assert read(size=str(size)) == (1, size)
    for other in (size - 1, size + 1):
        assert read(size=str(other)) == (1, 50)


def test_list_without_a_size_has_50_rows() -> None:
    assert read() == (1, 50)


@pytest.mark.parametrize(("text", "page"), [("999999999", 999_999_999), ("1000000000", 1), ("٣", 1), ("-2", 1)])
def test_page_number_has_nine_digits_at_most(text: str, page: int) -> None:
    assert read(page=text) == (page, 50)


def test_search_is_read_whole() -> None:
    assert TABLE.read_query(MultiDict({"q": f" {'x' * 300} "})).q == "x" * 300
