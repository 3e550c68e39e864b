import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.portal.lists.csv_export import csv_lines, escape_formula

beginnings = st.sampled_from(["", "=", "+", "-", "@", "'", "\t", "\r", "\n", '"', ",", ";"])
texts = st.builds("".join, st.tuples(beginnings, beginnings, st.text(st.characters(codec="utf-8"), max_size=9)))


@given(texts)
def test_no_cell_begins_with_what_a_spreadsheet_runs(text: str) -> None:
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(texts)
def test_taking_one_mark_away_gives_the_text_back(text: str) -> None:
    marked = escape_formula(text)
    assert marked.removeprefix("'") == text


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_what_goes_in_comes_out_of_any_reader(rows: list[tuple[str, str]]) -> None:
    text = "".join(csv_lines(("Name", "Type"), rows))
    assert text.startswith("\ufeffName,Type")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["Name", "Type"], *([escape_formula(one), escape_formula(two)] for one, two in rows)]


def test_a_table_without_rows_has_its_head() -> None:
    assert list(csv_lines(("A", "B"), [])) == ["\ufeffA,B\r\n"]
