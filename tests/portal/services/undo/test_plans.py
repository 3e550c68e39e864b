from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.moves import Order, find_moves
from app.portal.services.lines.rules import Ordering
from app.portal.services.undo.plans import OrderUndo, UndoOutcome, plan_order
from tests.support.cases import record_case, requires_cases

LINES = ["a@example", "b@example", "c@example", "d@example"]
GAPLESS = st.sampled_from([dict(zip(LINES, ports, strict=True)) for ports in permutations(range(1, 5))])
STATIC = st.lists(st.integers(1, 7), min_size=4, max_size=4, unique=True).map(
    lambda ports: dict(zip(LINES, ports, strict=True))
)


def list_users(order: Order, ordering: Ordering) -> ConnectedUserList:
    users = [ConnectedUser(line_port=line, first_name=line[0], order=port) for line, port in order.items()]
    return ConnectedUserList(
        connected_users=tuple(users), no_line_reordering=False, static_line_reordering=ordering is Ordering.STATIC
    )


def plan(before: Order, after: Order, now: Order, ordering: Ordering) -> OrderUndo:
    return plan_order(before, after, list_users(now, ordering), 8)


@requires_cases("two lines moved")
@given(GAPLESS, GAPLESS)
def test_undo_restores_gapless_order(before: Order, after: Order) -> None:
    record_case("two lines moved", len(find_moves(before, after)) > 1)
    undo = plan(before, after, after, Ordering.DYNAMIC)
    assert undo.order == before
    assert not undo.violations


@requires_cases("lines changed places")
@given(STATIC, STATIC)
def test_undo_restores_order_with_gaps(before: Order, after: Order) -> None:
    record_case("lines changed places", set(find_moves(before, after).values()) & set(before.values()))
    assert plan(before, after, after, Ordering.STATIC).order == before


@requires_cases("some return and some stay")
@given(STATIC, STATIC, STATIC)
def test_undo_leaves_lines_that_moved_since(before: Order, after: Order, now: Order) -> None:
    undo = plan(before, after, now, Ordering.STATIC)
    record_case("some return and some stay", undo.order != now and find_moves(after, now))
    assert not undo.violations
    for line in LINES:
        if now[line] != after[line]:
            assert undo.order[line] == now[line]


@requires_cases("others moved")
@given(GAPLESS, GAPLESS, GAPLESS)
def test_undo_of_any_gapless_order_is_possible(before: Order, after: Order, now: Order) -> None:
    record_case("others moved", find_moves(after, now))
    assert not plan(before, after, now, Ordering.DYNAMIC).violations


def test_undo_names_each_line_and_its_port() -> None:
    before, after = dict(zip(LINES, [1, 2, 3, 4], strict=True)), dict(zip(LINES, [5, 2, 7, 4], strict=True))
    now = after | {LINES[2]: 3, LINES[1]: 8}
    rows = plan(before, after, now, Ordering.STATIC).rows
    assert [(row.label, row.now, row.result, row.outcome) for row in rows] == [
        ("a", "port 5", "port 1", UndoOutcome.RETURNS),
        ("c", "port 3", "port 3", UndoOutcome.ALREADY),
    ]


def test_undo_says_what_moved_since() -> None:
    before, after = dict(zip(LINES, [1, 2, 3, 4], strict=True)), dict(zip(LINES, [5, 2, 3, 4], strict=True))
    rows = plan(before, after, after | {LINES[1]: 1}, Ordering.STATIC).rows
    assert [(row.label, row.result, row.outcome) for row in rows] == [("a", "port 5", UndoOutcome.CHANGED_SINCE)]


def test_undo_leaves_out_a_line_that_is_gone() -> None:
    before, after = dict(zip(LINES, [1, 2, 3, 4], strict=True)), dict(zip(LINES, [2, 1, 3, 4], strict=True))
    now = {line: after[line] for line in LINES[1:]}
    undo = plan(before, after, now, Ordering.STATIC)
    assert {row.label: row.result for row in undo.rows} == {"a@example": "", "b": "port 2"}
    assert LINES[0] not in undo.order
