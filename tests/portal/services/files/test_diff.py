"""Differences of two texts: true, readable, and there in a moment however large the texts are."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.domain.sequences import longest_increasing
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


def test_long_line_shows_where_an_attribute_changed() -> None:
    attributes = [f'reg.{number}.label="{number}"' for number in range(3_000)]
    left = " ".join(attributes)
    diff = compare_lines([left], [left.replace('"1500"', '"%LABEL%"')])
    [row] = shown_rows(diff)
    assert (changed_parts(row.left), changed_parts(row.right), diff.words_compared) == (["1500"], ["%LABEL%"], True)


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ("a=1 b=1 c=1", "z=9 a=2 b=2 c=2", "/z=9 a=1/a=2 b=1/b=2 c=1/c=2"),
        ("a:1 b:1", "b:2 a:2", "a:1/ b:1/b:2 /a:2"),
        ("<x>1</x> <y>1</y>", "<z>1</z> <x>2</x> <y>2</y>", "/<z>1</z> <x>1</x>/<x>2</x> <y>1</y>/<y>2</y>"),
        ("server.host.one", "other server.host.two", "/other server.host.one/server.host.two"),
        ("alpha beta", "gamma", "alpha/gamma beta/"),
        ("k=1.2.3 k=4.5.6", "j=1.2.3 k=7.8.9 k=0.0.0", "/j=1.2.3 k=1.2.3/k=7.8.9 k=4.5.6/k=0.0.0"),
    ],
)
def test_changed_lines_are_paired_by_likeness(left: str, right: str, pairs: str) -> None:
    rows = compare_lines(left.split(), right.split()).rows
    assert " ".join(f"{text_of(row.left)}/{text_of(row.right)}" for row in rows if isinstance(row, DiffRow)) == pairs


def test_added_element_begins_with_its_own_first_line() -> None:
    items = [["<item>", f"  {number}", "</item>"] for number in range(4)]
    [first, *_] = [
        row for row in shown_rows(compare_lines(items[0] + items[3], list(chain(*items)))) if not row.unchanged
    ]
    assert text_of(first.right) == "<item>"


@requires_cases("a difference")
@settings(max_examples=10)
@given(st.lists(versions(), min_size=20, max_size=20))
def test_diff_is_never_longer_than_that_of_git(pairs: Sequence[tuple[list[str], list[str]]]) -> None:
    with TemporaryDirectory() as folder:
        for side in range(2):
            Path(folder, str(side)).mkdir()
            for number, pair in enumerate(pairs):
                Path(folder, str(side), f"{number}.cfg").write_text("".join(f"{line}\n" for line in pair[side]))
        command = ["git", "diff", "--no-index", "--minimal", "--no-renames", "--numstat", "0", "1"]
        output = run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    counts = {
        int(name.rpartition("/")[2].removesuffix(".cfg")): (int(removed), int(added))
        for added, removed, name in (line.split("\t") for line in output.splitlines())
    }
    record_case("a difference", counts)
    for number, pair in enumerate(pairs):
        diff = compare_lines(*pair)
        assert (diff.lines_removed, diff.lines_added) == counts.get(number, (0, 0))


@pytest.mark.parametrize(("stretches", "alike"), [(2, 300), (16, 220), (3_000, 10)])
def test_match_lines_chooses_from_bounded_pairs(stretches: int, alike: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = 0

    def count_pairs(numbers: Sequence[int]) -> list[int]:
        nonlocal pairs
        pairs += len(numbers)
        return longest_increasing(numbers)

    monkeypatch.setattr(matching, "longest_increasing", count_pairs)
    matches = match_lines(*(_alternate_equal_lines(side, stretches, alike) for side in "ab"))
    assert pairs < 400_000 + 13 * stretches
    assert sum(block.size for block in matches.blocks) >= stretches
    assert matches.is_complete == (stretches * alike**2 <= 400_000)


def _alternate_equal_lines(side: str, count: int, alike: int) -> list[str]:
    pairs = [["", f"{side} {number}"] for number in range(alike)]
    return [line for number in range(count) for line in [*chain(*pairs), f"end of {number}"]]


def test_incomplete_comparison_is_reported() -> None:
    texts = [_alternate_equal_lines(side, 1, 700) for side in "ab"]
    assert not compare_lines(*texts).lines_compared
    assert compare_lines(texts[0], texts[0]).lines_compared
    assert compare_lines(["a"], ["b"] * 300).lines_compared
