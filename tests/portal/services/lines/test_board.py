"""Rows, title and words of the line board, and two orders compared."""

from typing import Any

import pytest

from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.board import Board
from app.portal.services.lines.conflict import compare_orders
from app.portal.services.lines.service import read_only_reason


def users(*lines: tuple[str, int | None], static: bool = True, fixed: bool = False, **more: Any) -> ConnectedUserList:
    return ConnectedUserList(
        connected_users=tuple(
            ConnectedUser(line_port=line, order=order, first_name=line, **more) for line, order in lines
        ),
        no_line_reordering=fixed,
        static_line_reordering=static,
    )


def board(lines: ConnectedUserList, ports: int | None, **moves: int) -> Board:
    order = {user.line_port: user.order or 0 for user in lines.users} | moves
    return Board(lines, ports, order, {})


def rows(board: Board) -> list[str]:
    return [f"{row.port} {row.user.name}" if row.user else f"{row.port} {row.label}" for row in board.rows]


AB = users(("a", 2), ("b", 5))


def test_small_base_has_a_row_for_each_port() -> None:
    assert rows(board(AB, 6)) == ["1 Empty", "2 a", "3 Empty", "4 Empty", "5 b", "6 Empty"]


def test_large_base_joins_adjacent_empty_ports() -> None:
    assert rows(board(users(("a", 1), ("b", 3), ("c", 40)), 100)) == [
        "1 a",
        "2 Empty",
        "3 b",
        "4 Ports 4–39 are empty",
        "40 c",
        "41 Ports 41–100 are empty",
    ]


def test_unlimited_type_ends_in_empty_ports() -> None:
    assert rows(board(users(("a", 1)), None)) == ["1 a", "2 Ports from 2 on are empty"]


def test_huge_port_numbers_are_not_enumerated() -> None:
    assert rows(board(users(("a", 10**12)), 8)) == ["1 Ports 1–999999999999 are empty", "1000000000000 a"]
    assert rows(board(users(("a", 12)), 8)) == ["1 Ports 1–11 are empty", "12 a"]
    assert board(users(("a", 10**12)), 8, a=10**12 - 1).title.startswith(
        "1 line moves, port 1000000000000 becomes empty"
    )


@pytest.mark.parametrize(
    ("moves", "title"),
    [
        ({}, "No changes yet"),
        ({"a": 3}, "1 line moves, port 2 becomes empty"),
        ({"a": 5, "b": 2}, "2 lines move, ports 1, 3 and 4 stay empty"),
        ({"a": 1, "b": 6}, "2 lines move, ports 2 and 5 become empty"),
    ],
)
def test_title_counts_moves_and_names_empty_ports(moves: dict[str, int], title: str) -> None:
    assert board(AB, 8, **moves).title == title


def test_many_empty_ports_are_counted_not_named() -> None:
    assert board(users(("a", 20), ("b", 21)), 30, a=21, b=20).title == "2 lines move, 19 ports stay empty"
    assert board(users(("a", 1), ("b", 2), static=False), 16, a=2, b=1).title == "2 lines move"


def test_invalid_typed_port_is_pending() -> None:
    typed = Board(AB, 8, {"a": 2, "b": 5}, {"a": "x"})
    assert (typed.is_pending, typed.title, typed.announcement) == (True, "Check your entries", "No lines moved.")


def test_duplicate_rows_are_shown_twice() -> None:
    twice = users(("a", 1), ("a", 1))
    assert rows(Board(twice, 8, {"a": 1}, {})) == ["1 a", "1 a"]
    assert len({row.key for row in Board(twice, 8, {"a": 1}, {}).rows}) == 2


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (AB, None),
        (users(), None),
        (users(("a", 1), fixed=True), "The platform sets the line order for this device type"),
        (users(("a", 1), ("a", 2)), "two lines with the same line port"),
        (users(("a", 1), ("b", 1)), "two lines with the same port"),
        (users(("a", None)), "1 invalid row"),
        (users(("", 1), ("a\nb", 2), ("c", 0)), "3 invalid rows"),
    ],
)
def test_read_only_reason_says_why(lines: ConnectedUserList, words: str | None) -> None:
    reason = read_only_reason(lines)
    assert reason is None if words is None else words in (reason or "")


def test_compare_orders_explains_each_line() -> None:
    opened = users(("mine", 1), ("theirs", 2), ("both", 3), ("left", 4), ("same", 5), ("agreed", 6))
    now = users(("mine", 1), ("theirs", 12), ("both", 13), ("same", 5), ("agreed", 16), ("new", 14), ("pushed", 11))
    wanted = {"mine": 11, "theirs": 2, "both": 23, "left": 4, "same": 5, "agreed": 16}
    comparison = compare_orders(opened, now, wanted)
    assert {row.user.line_port: row.explanation for row in comparison.conflicts} == {
        "mine": "Moved by you",
        "theirs": "Moved by someone else. Keeps that port",
        "both": "Moved by both. Your port is kept",
        "left": "Removed from this device. Left out",
        "agreed": "Already on this port",
        "new": "Added meanwhile. Keeps its port",
        "pushed": "Added meanwhile. Shifts to make room",
    }
    assert comparison.unchanged == 1
    assert comparison.order == {"mine": 11, "theirs": 12, "both": 23, "same": 5, "agreed": 16, "new": 14, "pushed": 1}


def test_compare_orders_explains_lines_that_make_room() -> None:
    opened = users(("a", 1), ("b", 2))
    comparison = compare_orders(opened, users(("a", 1), ("b", 2), ("c", 3)), {"a": 2, "b": 1})
    assert {row.user.line_port: row.explanation for row in comparison.conflicts}["b"] == "Moved by you"
    moved = compare_orders(opened, users(("a", 1), ("b", 3)), {"a": 3, "b": 2})
    assert {row.user.line_port: row.explanation for row in moved.conflicts}[
        "b"
    ] == "Moved by someone else. Shifts to make room"
    phone = users(("a", 1), ("b", 2), ("c", 3), static=False)
    comparison = compare_orders(
        phone, users(("a", 1), ("b", 2), ("c", 3), ("d", 4), static=False), {"c": 1, "a": 2, "b": 3}
    )
    assert {row.user.line_port: row.explanation for row in comparison.conflicts} == {
        "a": "Shifts to make room",
        "b": "Shifts to make room",
        "c": "Moved by you",
        "d": "Added meanwhile. Keeps its port",
    }
