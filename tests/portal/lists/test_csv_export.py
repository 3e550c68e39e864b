import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.portal.lists.csv_export import csv_lines, guard_cell, strip_guard
from tests.support.cases import record_case, requires_cases

_PARTS = [
    "'",
    "=",
    "+",
    "-",
    "@",
    "\uff1d",
    "\t",
    "\r",
    "\n",
    '"',
    ",",
    ";",
    " ",
    "\u200b",
    "12",
    "E5",
    ".",
    ":",
    "Mar",
]
parts = st.one_of(st.sampled_from(_PARTS), st.text(st.characters(codec="utf-8"), max_size=3))
texts = st.lists(parts, max_size=6).map("".join)


@requires_cases("begins with a guard", "guard in the middle", "number", "as it is")
@given(texts)
@example("a")
@example("'x")
@example("a\n=1")
@example("12E5")
def test_guards_are_strippable(text: str) -> None:
    cell = guard_cell(text)
    record_case("as it is", cell == text)
    record_case("begins with a guard", text.startswith("'"))
    record_case("guard in the middle", cell != text and not cell.startswith("'"))
    record_case("number", cell == f"'{text}" and text[0] in "12")
    assert strip_guard(cell) == text


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "\tx", "\rx"),
        *(" =1+1", "\u00a0=1+1", "\u200b=1+1", "\uff1d1+1", "\uff20SUM(A1)"),
        *("001565123456", "805012000E12", "1E5", "0123", "35.83", "1-2", "1/2", "10:20", "5%", " 5", "123456789012"),
        *("Mar 5", "MAR1", "5 Mai 2026", "2026-03-02", "TRUE", "\uff11\uff12"),
    ],
)
def test_misread_texts_are_guarded(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Desk 01",
        "T48G",
        "00:15:65:12:34:56",
        "10.0.0.1",
        "35.83.0.120",
        "Unlimited",
        "12",
        "0",
        "a-b",
        "a=b",
        "HQ 1.04",
    ],
)
def test_safe_texts_stay_as_they_are(text: str) -> None:
    assert guard_cell(text) == text


@pytest.mark.parametrize("text", ['x;=HYPERLINK("…")', 'x; "=1', "x\t=1", "x\n@A1", "x;'y"])
def test_guard_stands_behind_other_separators(text: str) -> None:
    assert guard_cell(text) == f"{text[:2]}'{text[2:]}"


@requires_cases("several rows", "line ends within a cell", "quotes within a cell")
@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_csv_round_trips(rows: list[tuple[str, str]]) -> None:
    text = "".join(csv_lines(("Name", "Type"), rows))
    record_case("several rows", len(rows) > 1)
    record_case("line ends within a cell", any("\n" in one + two for one, two in rows))
    record_case("quotes within a cell", any('"' in one + two for one, two in rows))
    assert text.startswith('\ufeff"Name","Type"\r\n')
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [[strip_guard(cell) for cell in cells] for cells in read[1:]] == [list(row) for row in rows]


def test_times_are_written_for_spreadsheets() -> None:
    assert list(csv_lines(["At"], [[datetime(2026, 3, 2, 9, 5, tzinfo=UTC)]]))[1:] == ['"2026-03-02 09:05:00"\r\n']
