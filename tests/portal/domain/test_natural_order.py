from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.portal.domain.natural_order import exact_natural_key, natural_key
from tests.support.cases import record_case, requires_cases


def test_numbers_in_texts_are_compared_as_numbers() -> None:
    ordered = ["", "2", "10", "35.83.0.50", "35.83.0.120", "a", "Desk 2", "desk 10", "Desk 10b", "Zoë", "Élan", "λ"]
    assert all(natural_key(one) < natural_key(two) for one, two in pairwise(ordered))


def test_equal_names_are_ordered_by_code_point() -> None:
    ordered = ["Desk 02", "Desk 2", "desk 02", "desk 2"]
    assert all(exact_natural_key(one) < exact_natural_key(two) for one, two in pairwise(ordered))


@requires_cases("numbers of many digits", "same number")
@given(st.integers(0), st.integers(0), st.sampled_from(["", "0", "000"]))
def test_natural_order_is_that_of_numbers(one: int, two: int, zeros: str) -> None:
    record_case("numbers of many digits", min(one, two) > 10**9 and len(str(one)) != len(str(two)))
    for first, second in ((one, two), (one, one)):
        record_case("same number", first == second)
        keys = natural_key(f"v{zeros}{first}.1"), natural_key(f"V{second}.1")
        assert (keys[0] < keys[1], keys[0] == keys[1]) == (first < second, first == second)
