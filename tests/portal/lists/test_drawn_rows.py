"""HTML of rows, drawn once and dropped with its row."""

from app.portal.lists.drawn_rows import DrawnRows


class Row:
    def __init__(self, name: str) -> None:
        self.name = name


def test_row_is_drawn_once_for_each_variant() -> None:
    drawn: DrawnRows[Row] = DrawnRows()
    rows = [Row("a"), Row("b")]
    calls: list[str] = []

    def draw(row: Row) -> str:
        calls.append(row.name)
        return f"<{row.name}>"

    for variant in ("may reboot", "may not", "may reboot"):
        assert drawn.get(rows, variant, draw) == ["<a>", "<b>"]
    assert calls == ["a", "b", "a", "b"]
    assert drawn.size == 12


def test_only_unchanged_rows_keep_their_html() -> None:
    drawn: DrawnRows[Row] = DrawnRows()
    kept, changed = Row("a"), Row("b")
    drawn.get([kept, changed], "", lambda row: f"old {row.name}")
    drawn.page("page", lambda: "old page")
    later = drawn.pick({id(kept)})
    assert later.get([kept, changed], "", lambda row: f"new {row.name}") == ["old a", "new b"]
    assert later.page("page", lambda: "new page") == "new page"


def test_pages_shown_long_ago_are_dropped() -> None:
    drawn: DrawnRows[Row] = DrawnRows()
    for number in range(1000):
        drawn.page(number, lambda: "x" * 100)
    assert drawn.page(999, lambda: "drawn again") == "x" * 100
    assert drawn.page(0, lambda: "drawn again") == "drawn again"
    assert drawn.size < 10_000


def test_size_counts_each_kept_page_once() -> None:
    drawn: DrawnRows[Row] = DrawnRows()
    for turn in range(3):
        for number in range(100):
            drawn.page(number, lambda: "x" * 10)
        assert drawn.size == 64 * 10, turn
