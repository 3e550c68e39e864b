from hypothesis import given, settings
from hypothesis import strategies as st

from app.portal.services.lines.moves import arranged, carried_over, meant, moved
from app.portal.services.lines.rules import Device, Ordering, verdicts
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


both = st.sampled_from([STATIC, DYNAMIC]).flatmap(lambda way: st.tuples(st.just(way), orders_with_moves(way)))


def test_without_gaps_the_others_make_room() -> None:
    assert arranged(ABCD, {"a": 3}, DYNAMIC) == {"b": 1, "c": 2, "a": 3, "d": 4}
    assert arranged(ABCD, {"d": 1, "b": 2}, DYNAMIC) == {"d": 1, "b": 2, "a": 3, "c": 4}


def test_with_empty_ports_two_change_places() -> None:
    assert arranged({"a": 1, "b": 2, "c": 5}, {"a": 5}, STATIC) == {"a": 5, "b": 2, "c": 1}
    assert arranged({"a": 1, "b": 2}, {"a": 7}, STATIC) == {"a": 7, "b": 2}
    assert arranged(ABCD, {"a": 2, "b": 3}, STATIC) == {"a": 2, "b": 3, "c": 1, "d": 4}, "around in a circle"


@requires_cases("static", "dynamic", "others make room")
@given(both)
def test_what_is_placed_is_placed_there_and_the_rest_is_still_an_order_that_the_platform_takes(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]]],
) -> None:
    ordering, (order, placed) = case
    result = arranged(order, placed, ordering)
    record_case(ordering.value)
    record_case("others make room", result != {**order, **placed})
    assert placed.items() <= result.items()
    assert verdicts(list(result.items()), Device(order, ordering, 8)) == []
    if ordering is STATIC:
        ports = set(placed.values())
        assert all(result[line] == port for line, port in order.items() if line not in placed and port not in ports)
    else:
        rest = [line for line in sorted(order, key=order.__getitem__) if line not in placed]
        assert rest == [line for line in sorted(result, key=result.__getitem__) if line not in placed]


@requires_cases("moves", "no moves", "fewer moves than lines that moved")
@given(both)
def test_the_moves_that_were_meant_make_the_same_order_again(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]]],
) -> None:
    ordering, (order, placed) = case
    after = arranged(order, placed, ordering)
    moves = meant(order, after, ordering)
    record_case("moves" if moves else "no moves")
    record_case("fewer moves than lines that moved", len(moves) < len(moved(order, after)))
    assert arranged(order, moves, ordering) == after
    assert len(moves) <= len(moved(order, after))


def test_the_fewest_moves_are_the_ones_that_were_meant() -> None:
    assert meant(ABCD, arranged(ABCD, {"a": 4}, DYNAMIC), DYNAMIC) == {"a": 4}
    assert meant(ABCD, ABCD, DYNAMIC) == {}


def test_my_moves_survive_what_others_did_meanwhile() -> None:
    mine = arranged(ABCD, {"d": 1}, DYNAMIC)
    assert carried_over(ABCD, mine, {"b": 1, "c": 2, "d": 3}, DYNAMIC) == {"d": 1, "b": 2, "c": 3}, "a left"
    assert carried_over(ABCD, {"b": 1, "c": 2, "d": 3, "a": 4}, {"a": 1, "d": 2}, DYNAMIC) == {"d": 1, "a": 2}, (
        "two left"
    )
    assert carried_over(ABCD, mine, ABCD | {"e": 5}, DYNAMIC) == {"d": 1, "a": 2, "b": 3, "c": 4, "e": 5}, "e came"
    assert carried_over(ABCD, mine, {"b": 1, "a": 2, "c": 3, "d": 4}, DYNAMIC) == {"d": 1, "b": 2, "a": 3, "c": 4}
    assert carried_over({"a": 1, "b": 2}, {"a": 4, "b": 2}, {"a": 1, "new": 4}, STATIC) == {"a": 4, "new": 1}


@requires_cases("a line left", "a line came", "a move is kept")
@settings(max_examples=200)
@given(
    st.sampled_from([STATIC, DYNAMIC]).flatmap(
        lambda way: st.tuples(st.just(way), orders_with_moves(way), orders(way, "cdefgh"))
    )
)
def test_what_is_carried_over_is_of_those_who_are_there_now_and_keeps_my_moves_where_there_is_room(
    case: tuple[Ordering, tuple[dict[str, int], dict[str, int]], dict[str, int]],
) -> None:
    ordering, (before, placed), now = case
    mine = arranged(before, placed, ordering)
    kept = carried_over(before, mine, now, ordering)
    record_case("a line left", before.keys() - now.keys())
    record_case("a line came", now.keys() - before.keys())
    assert verdicts(list(kept.items()), Device(now, ordering, 8)) == []
    for line, port in meant(before, mine, ordering).items():
        if line in now and ordering is STATIC:
            record_case("a move is kept")
            assert kept[line] == port
