import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.portal.lists.csv_export import csv_lines, escape_formula

beginnings = st.sampled_from(["", "=", "+", "-", "@", "'", "\t", "\r", "\n", '"', ",", ";"])
texts = st.builds("".join, st.tuples(beginnings, beginnings, st.text(st.characters(codec="utf-8"), max_size=9)))


@given(texts)
def test_cells_are_no_formulas(text: str) -> None:
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(texts)
def test_escaping_is_reversible(text: str) -> None:
    marked = escape_formula(text)
    assert marked.removeprefix("'") == text


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_csv_round_trips(rows: list[tuple[str, str]]) -> None:
    text = "".join(csv_lines(("Name", "Type"), rows))
    assert text.startswith("\ufeffName,Type")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["Name", "Type"], *([escape_formula(name), escape_formula(type_name)] for name, type_name in rows)]


def test_empty_table_has_header() -> None:
    assert list(csv_lines(("A", "B"), [])) == ["\ufeffA,B\r\n"]
