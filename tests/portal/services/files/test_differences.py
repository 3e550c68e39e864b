"""Differences of two texts: true, readable, and there in a moment however large the texts are."""

from difflib import SequenceMatcher
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.services.files import matching as line_matching
from app.portal.services.files.differences import Difference, Fold, Line, Piece, Row, difference
from app.portal.services.files.matching import matching

TEXTS = st.lists(st.sampled_from(["", "a", "b", "a = 1", "a = 2"]), max_size=30)


def shown(line: Line | None) -> str:
    return "".join(piece.text for piece in line.pieces) if line else ""


def marked(line: Line | None) -> list[str]:
    return [piece.text for piece in line.pieces if piece.changed] if line else []


def rows(found: Difference) -> list[Row]:
    return [row for row in found.rows if isinstance(row, Row)]


@given(TEXTS, TEXTS)
def test_what_stays_is_the_same_on_both_sides_and_in_order(left: list[str], right: list[str]) -> None:
    at_a = at_b = 0
    for a, b, size in matching(left, right).blocks:
        assert a >= at_a and b >= at_b and size > 0  # noqa: PT018
        assert left[a : a + size] == right[b : b + size]
        at_a, at_b = a + size, b + size


@given(TEXTS, TEXTS)
def test_every_line_of_both_texts_is_told_once_and_as_it_is(left: list[str], right: list[str]) -> None:
    found = difference(left, right)
    told_left: dict[int, str] = {}
    told_right: dict[int, str] = {}
    for row in found.rows:
        if isinstance(row, Fold):
            for n in range(row.last - row.first + 1):
                told_left[row.first + n] = left[row.first + n - 1]
                told_right[row.right + n] = right[row.right + n - 1]
            continue
        for told, line in ((told_left, row.left), (told_right, row.right)):
            if line:
                assert line.number not in told
                told[line.number] = shown(line)
    assert told_left == dict(enumerate(left, 1))
    assert told_right == dict(enumerate(right, 1))
    changed = [row for row in rows(found) if not row.same]
    assert found.lines_out == sum(row.left is not None for row in changed)
    assert found.lines_in == sum(row.right is not None for row in changed)
    assert (found.lines_out == found.lines_in == 0) == (left == right)


def test_words_that_changed_inside_a_line_are_marked_and_a_tag_is_one_word() -> None:
    [row] = difference(["server = 203.0.113.10 x"], ["server = %SBC_ADDRESS% x"]).rows
    assert isinstance(row, Row)
    assert (marked(row.left), marked(row.right)) == (["203.0.113.10"], ["%SBC_ADDRESS%"])


def test_a_line_that_has_nothing_of_the_other_is_not_marked_inside() -> None:
    [row] = difference(["alpha = 1"], ["; something else altogether"]).rows
    assert isinstance(row, Row)
    assert (marked(row.left), marked(row.right)) == ([], [])


def test_lines_far_from_a_change_are_folded() -> None:
    left = [f"line {n}" for n in range(1, 31)]
    right = [*left[:14], "new", *left[14:]]
    found = difference(left, right)
    assert found.rows[0] == Fold(1, 11, 1)
    assert found.rows[-1] == Fold(18, 30, 19)
    assert [shown(row.right) for row in rows(found)] == [
        "line 12",
        "line 13",
        "line 14",
        "new",
        "line 15",
        "line 16",
        "line 17",
    ]


def test_one_line_is_not_folded_away() -> None:
    left = ["a", "1", "2", "3", "4", "5", "6", "7", "b"]
    assert not any(isinstance(row, Fold) for row in difference(left, ["x", *left[1:-1], "y"]).rows)


def test_a_line_that_comes_stands_beside_nothing() -> None:
    found = difference(["a", "c"], ["a", "b", "c"])
    assert found.rows[1] == Row(None, Line(2, [Piece("b")]))
    assert (found.lines_out, found.lines_in) == (0, 1)


def test_every_other_of_20000_lines_may_change() -> None:
    left = [f"key.{n} = {n}" for n in range(20_000)]
    right = [f"{line}0" if n % 2 else line for n, line in enumerate(left)]
    found = difference(left, right)
    assert (found.lines_out, found.lines_in) == (10_000, 10_000)
    assert len(found.rows) <= 3_000
    assert found.lines_left_out == 10_000 - sum(not row.same for row in rows(found))


def test_20000_lines_that_repeat_take_no_longer() -> None:
    left = ["", "x"] * 10_000
    found = difference(left, ["y", *left[::-1], "z"])
    assert found.lines_out > 0
    assert found.lines_left_out > 0


def test_lines_too_long_to_look_into_are_said_not_to_be() -> None:
    found = difference([" ".join("a" * 1000)], [" ".join("b" * 1000)])
    assert not found.words_compared
    assert found.lines_out == 1


@pytest.mark.parametrize(("stretches", "alike"), [(16, 220), (150, 65), (3_000, 10)])
def test_many_stretches_together_take_no_more_steps_than_one_may(
    stretches: int, alike: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0

    class Counted(SequenceMatcher[str]):
        def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Any:
            nonlocal taken
            mine: Any = self  # some of it is not in its published types
            taken += sum(1 + len(mine.b2j.get(line, ())) for line in mine.a[alo:ahi])
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(line_matching, "SequenceMatcher", Counted)
    found = matching(*(_alike_but_for_every_other(side, stretches, alike) for side in "ab"))
    assert taken < 20_000_000
    assert sum(block.size for block in found.blocks) >= stretches
    assert found.is_complete == (alike == 10)


def _alike_but_for_every_other(side: str, stretches: int, alike: int) -> list[str]:
    pairs = [["", f"{side} {number}"] for number in range(alike)]
    return [line for number in range(stretches) for line in [*chain(*pairs), f"end of {number}"]]


def test_lines_that_could_not_be_compared_are_said_to_be_so() -> None:
    texts = [_alike_but_for_every_other(side, 1, 220) for side in "ab"]
    assert not difference(*texts).lines_compared
    assert difference(texts[0], texts[0]).lines_compared
    assert difference(["a"], ["b"] * 300).lines_compared
