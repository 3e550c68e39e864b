"""The longest increasing run of numbers."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.portal.domain.sequences import longest_increasing
from tests.support.cases import record_case, requires_cases


@requires_cases("whole sequence", "with gaps")
@given(st.lists(st.integers(0, 20), unique=True, max_size=8))
def test_longest_increasing_matches_brute_force(numbers: list[int]) -> None:
    run = [numbers[position] for position in longest_increasing(numbers)]
    longest = max(
        size
        for size in range(len(numbers) + 1)
        for candidate in combinations(numbers, size)
        if list(candidate) == sorted(candidate)
    )
    record_case("whole sequence", run == numbers)
    record_case("with gaps", 1 < len(run) < len(numbers))
    assert run == sorted(run)
    assert len(run) == longest
