"""Moving lines between ports, and keeping moves when others moved lines meanwhile."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.lines.moves import arrange_lines, carry_over_moves, find_intended_moves, find_moves
from app.portal.services.lines.rules import LineRules, Ordering, find_violations
from tests.support.cases import record_case, requires_cases

DYNAMIC, STATIC = Ordering.DYNAMIC, Ordering.STATIC
ABCD = {"a": 1, "b": 2, "c": 3, "d": 4}


@st.composite
def orders(draw: st.DrawFn, ordering: Ordering, names: str = "abcdef") -> dict[str, int]:
    lines = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    ports = range(1, len(lines) + 1) if ordering is DYNAMIC else range(1, 9)
    return dict(zip(lines, draw(st.permutations(ports)), strict=False))


@st.composite
def orders_with_moves(draw: st.DrawFn, ordering: Ordering) -> tuple[dict[str, int], dict[str, int]]:
    order = draw(orders(ordering))
    lines = draw(st.lists(st.sampled_from(sorted(order)), unique=True))
    ports = range(1, len(order) + 1) if ordering is DYNAMIC else range(1, 9)
    return order, dict(zip(lines, draw(st.permutations(ports)), strict=False))


orders_of_both_kinds = st.sampled_from([STATIC, DYNAMIC]).flatmap(
    lambda ordering: st.tuples(st.just(ordering), orders_with_moves(ordering))
)


def test_dynamic_lines_make_room() -> None:
    assert arrange_lines(ABCD, {"a": 3}, DYNAMIC) == {"b": 1, "c": 2, "a": 3, "d": 4}
    assert arrange_lines(ABCD, {"d": 1, "b": 2}, DYNAMIC) == {"d": 1, "b": 2, "a": 3, "c": 4}


def test_static_lines_change_places() -> None:
    assert arrange_lines({"a": 1, "b": 2, "c": 5}, {"a": 5}, STATIC) == {"a": 5, "b": 2, "c": 1}
    assert arrange_lines({"a": 1, "b": 2}, {"a": 7}, STATIC) == {"a": 7, "b": 2}
    assert arrange_lines(ABCD, {"a": 2, "b": 3}, STATIC) == {"a": 2, "b": 3, "c": 1, "d": 4}, "around in a circle"


@requires_cases("static", "dynamic", "others make room")
@given(orders_of_both_kinds)
def test_arranged_order_is_valid_and_keeps_placed_lines(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]]],
) -> None:
    ordering, (order, placed) = case
    result = arrange_lines(order, placed, ordering)
    record_case(ordering.value)
    record_case("others make room", result != {**order, **placed})
    assert placed.items() <= result.items()
    assert find_violations(list(result.items()), LineRules(order, ordering, 8)) == []
    if ordering is STATIC:
        ports = set(placed.values())
        assert all(result[line] == port for line, port in order.items() if line not in placed and port not in ports)
    else:
        rest = [line for line in sorted(order, key=order.__getitem__) if line not in placed]
        assert rest == [line for line in sorted(result, key=result.__getitem__) if line not in placed]


@requires_cases("moves", "no moves", "fewer moves than lines that moved")
@given(orders_of_both_kinds)
def test_intended_moves_make_the_same_order(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]]],
) -> None:
    ordering, (order, placed) = case
    after = arrange_lines(order, placed, ordering)
    moves = find_intended_moves(order, after, ordering)
    record_case("moves" if moves else "no moves")
    record_case("fewer moves than lines that moved", len(moves) < len(find_moves(order, after)))
    assert arrange_lines(order, moves, ordering) == after
    assert len(moves) <= len(find_moves(order, after))


def test_intended_moves_are_the_fewest() -> None:
    assert find_intended_moves(ABCD, arrange_lines(ABCD, {"a": 4}, DYNAMIC), DYNAMIC) == {"a": 4}
    assert find_intended_moves(ABCD, ABCD, DYNAMIC) == {}


def test_moves_survive_what_others_did_meanwhile() -> None:
    wanted = arrange_lines(ABCD, {"d": 1}, DYNAMIC)
    without_a, with_e, swapped = {"b": 1, "c": 2, "d": 3}, ABCD | {"e": 5}, {"b": 1, "a": 2, "c": 3, "d": 4}
    assert carry_over_moves(ABCD, wanted, without_a, DYNAMIC) == {"d": 1, "b": 2, "c": 3}
    assert carry_over_moves(ABCD, wanted, with_e, DYNAMIC) == {"d": 1, "a": 2, "b": 3, "c": 4, "e": 5}
    assert carry_over_moves(ABCD, wanted, swapped, DYNAMIC) == {"d": 1, "b": 2, "a": 3, "c": 4}
    a_last = {"b": 1, "c": 2, "d": 3, "a": 4}
    assert carry_over_moves(ABCD, a_last, {"a": 1, "d": 2}, DYNAMIC) == {"d": 1, "a": 2}
    assert carry_over_moves({"a": 1, "b": 2}, {"a": 4, "b": 2}, {"a": 1, "new": 4}, STATIC) == {"a": 4, "new": 1}


@requires_cases("a line left", "a line came", "a move is kept")
@settings(max_examples=200)
@given(
    st.sampled_from([STATIC, DYNAMIC]).flatmap(
        lambda ordering: st.tuples(st.just(ordering), orders_with_moves(ordering), orders(ordering, "cdefgh"))
    )
)
def test_carried_over_order_is_valid_and_keeps_moves(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]], dict[str, int]],
) -> None:
    ordering, (before, placed), now = case
    wanted = arrange_lines(before, placed, ordering)
    kept = carry_over_moves(before, wanted, now, ordering)
    record_case("a line left", before.keys() - now.keys())
    record_case("a line came", now.keys() - before.keys())
    assert find_violations(list(kept.items()), LineRules(now, ordering, 8)) == []
    for line, port in find_intended_moves(before, wanted, ordering).items():
        if line in now and ordering is STATIC:
            record_case("a move is kept")
            assert kept[line] == port
