import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.portal.lists.csv_export import csv_lines, escape_formula
from tests.support.cases import record_case, requires_cases

beginnings = st.sampled_from(["'", "", "=", "+", "-", "@", "'", "\t", "\r", "\n", '"', ",", ";"])
texts = st.builds("".join, st.tuples(beginnings, beginnings, st.text(st.characters(codec="utf-8"), max_size=9)))


@requires_cases("marked", "not marked")
@given(texts)
def test_cells_are_no_formulas(text: str) -> None:
    record_case("not marked" if escape_formula(text) == text else "marked")
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@requires_cases("marked", "begins with a mark of its own")
@given(texts)
def test_escaping_is_reversible(text: str) -> None:
    marked = escape_formula(text)
    record_case("marked", marked != text)
    record_case("begins with a mark of its own", text.startswith("'"))
    assert marked.removeprefix("'") == text


@requires_cases("several rows", "line ends within a cell", "quotes within a cell")
@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_csv_round_trips(rows: list[tuple[str, str]]) -> None:
    text = "".join(csv_lines(("Name", "Type"), rows))
    record_case("several rows", len(rows) > 1)
    record_case("line ends within a cell", any("\n" in one + two for one, two in rows))
    record_case("quotes within a cell", any('"' in one + two for one, two in rows))
    assert text.startswith("\ufeffName,Type")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["Name", "Type"], *([escape_formula(name), escape_formula(type_name)] for name, type_name in rows)]


def test_empty_table_has_header() -> None:
    assert list(csv_lines(("A", "B"), [])) == ["\ufeffA,B\r\n"]
