"""Differences of two texts: true, readable, and there in a moment however large the texts are."""

from difflib import SequenceMatcher
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.services.files import matching
from app.portal.services.files.diff import DiffFold, DiffLine, DiffPiece, DiffRow, FileDiff, compare_lines
from app.portal.services.files.matching import match_lines
from tests.support.cases import record_case, requires_cases

TEXTS = st.lists(st.sampled_from(["", "a", "b", "a = 1", "a = 2"]), max_size=30)


@st.composite
def versions(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Draw a text and what became of it: something else, itself, or with a few lines replaced."""
    left = draw(TEXTS)
    if draw(st.booleans()):
        return left, draw(TEXTS)
    left += [f"line {number}" for number in range(draw(st.integers(0, 30)))]
    right = list(left)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(right)))
        right[start : start + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(["a", "new"]), max_size=2))
    return left, right


def text_of(line: DiffLine | None) -> str:
    return "".join(piece.text for piece in line.pieces) if line else ""


def changed_parts(line: DiffLine | None) -> list[str]:
    return [piece.text for piece in line.pieces if piece.changed] if line else []


def shown_rows(diff: FileDiff) -> list[DiffRow]:
    return [row for row in diff.rows if isinstance(row, DiffRow)]


@requires_cases("several blocks")
@given(versions())
def test_matched_lines_are_equal_and_in_order(texts: tuple[list[str], list[str]]) -> None:
    left, right = texts
    record_case("several blocks", len(match_lines(left, right).blocks) > 1)
    end_a = end_b = 0
    for a, b, size in match_lines(left, right).blocks:
        assert a >= end_a and b >= end_b and size > 0  # noqa: PT018
        assert left[a : a + size] == right[b : b + size]
        end_a, end_b = a + size, b + size


@requires_cases("a fold", "changed lines", "no difference")
@given(versions())
def test_diff_has_every_line_of_both_texts_once(texts: tuple[list[str], list[str]]) -> None:
    left, right = texts
    diff = compare_lines(left, right)
    record_case("a fold", any(isinstance(row, DiffFold) for row in diff.rows))
    record_case("no difference" if left == right else "changed lines")
    seen_left: dict[int, str] = {}
    seen_right: dict[int, str] = {}
    for row in diff.rows:
        if isinstance(row, DiffFold):
            for n in range(row.last - row.first + 1):
                seen_left[row.first + n] = left[row.first + n - 1]
                seen_right[row.right_first + n] = right[row.right_first + n - 1]
            continue
        for seen, line in ((seen_left, row.left), (seen_right, row.right)):
            if line:
                assert line.number not in seen
                seen[line.number] = text_of(line)
    assert seen_left == dict(enumerate(left, 1))
    assert seen_right == dict(enumerate(right, 1))
    changed = [row for row in shown_rows(diff) if not row.unchanged]
    assert diff.lines_removed == sum(row.left is not None for row in changed)
    assert diff.lines_added == sum(row.right is not None for row in changed)
    assert (diff.lines_removed == diff.lines_added == 0) == (left == right)


def test_changed_words_are_marked_and_tag_is_one_word() -> None:
    [row] = compare_lines(["server = 203.0.113.10 x"], ["server = %SBC_ADDRESS% x"]).rows
    assert isinstance(row, DiffRow)
    assert (changed_parts(row.left), changed_parts(row.right)) == (["203.0.113.10"], ["%SBC_ADDRESS%"])


def test_unlike_lines_have_no_marked_words() -> None:
    [row] = compare_lines(["alpha = 1"], ["; something else altogether"]).rows
    assert isinstance(row, DiffRow)
    assert (changed_parts(row.left), changed_parts(row.right)) == ([], [])


def test_lines_far_from_change_are_folded() -> None:
    left = [f"line {n}" for n in range(1, 31)]
    right = [*left[:14], "new", *left[14:]]
    diff = compare_lines(left, right)
    assert diff.rows[0] == DiffFold(1, 11, 1)
    assert diff.rows[-1] == DiffFold(18, 30, 19)
    assert [text_of(row.right) for row in shown_rows(diff)] == [
        "line 12",
        "line 13",
        "line 14",
        "new",
        "line 15",
        "line 16",
        "line 17",
    ]


def test_single_line_is_not_folded() -> None:
    left = ["a", "1", "2", "3", "4", "5", "6", "7", "b"]
    assert not any(isinstance(row, DiffFold) for row in compare_lines(left, ["x", *left[1:-1], "y"]).rows)


def test_added_line_stands_beside_nothing() -> None:
    diff = compare_lines(["a", "c"], ["a", "b", "c"])
    assert diff.rows[1] == DiffRow(None, DiffLine(2, [DiffPiece("b")]))
    assert (diff.lines_removed, diff.lines_added) == (0, 1)


def test_diff_of_20000_lines_with_every_other_changed() -> None:
    left = [f"key.{n} = {n}" for n in range(20_000)]
    right = [f"{line}0" if n % 2 else line for n, line in enumerate(left)]
    diff = compare_lines(left, right)
    assert (diff.lines_removed, diff.lines_added) == (10_000, 10_000)
    assert len(diff.rows) <= 3_000
    assert diff.lines_omitted == 10_000 - sum(not row.unchanged for row in shown_rows(diff))


def test_diff_of_20000_repeated_lines() -> None:
    left = ["", "x"] * 10_000
    diff = compare_lines(left, ["y", *left[::-1], "z"])
    assert diff.lines_removed > 0
    assert diff.lines_omitted > 0


def test_long_lines_are_reported_as_not_compared() -> None:
    diff = compare_lines([" ".join("a" * 1000)], [" ".join("b" * 1000)])
    assert not diff.words_compared
    assert diff.lines_removed == 1


@pytest.mark.parametrize(("stretches", "alike"), [(16, 220), (150, 65), (3_000, 10)])
def test_match_lines_takes_bounded_steps(stretches: int, alike: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    class Counted(SequenceMatcher[str]):
        def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Any:
            nonlocal steps
            matcher: Any = self  # some of it is not in its published types
            steps += sum(1 + len(matcher.b2j.get(line, ())) for line in matcher.a[alo:ahi])
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(matching, "SequenceMatcher", Counted)
    matches = match_lines(*(_alternate_equal_lines(side, stretches, alike) for side in "ab"))
    assert steps < 20_000_000
    assert sum(block.size for block in matches.blocks) >= stretches
    assert matches.is_complete == (alike == 10)


def _alternate_equal_lines(side: str, count: int, alike: int) -> list[str]:
    pairs = [["", f"{side} {number}"] for number in range(alike)]
    return [line for number in range(count) for line in [*chain(*pairs), f"end of {number}"]]


def test_incomplete_comparison_is_reported() -> None:
    texts = [_alternate_equal_lines(side, 1, 220) for side in "ab"]
    assert not compare_lines(*texts).lines_compared
    assert compare_lines(texts[0], texts[0]).lines_compared
    assert compare_lines(["a"], ["b"] * 300).lines_compared
