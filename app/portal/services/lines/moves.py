"""Moves of lines between ports. Pure, on orders that map each linePort to its port."""

from collections.abc import Mapping

from app.portal.domain.sequences import longest_increasing
from app.portal.services.lines.rules import Ordering

Order = Mapping[str, int]


def arrange_lines(order: Order, placed: Order, ordering: Ordering) -> dict[str, int]:
    """Return the order once some lines, on ports of their own, are `placed`; the others make room.

    Without gaps, the others keep their sequence around them. Otherwise each stays, unless its port is taken: then it
    gets the port that was left for it, so that one line that moves onto another changes places with it.
    """
    if ordering is Ordering.DYNAMIC:
        return _close_gaps(order, placed)
    left_for = {port: order[line] for line, port in placed.items()}
    result = dict(placed)
    for line, port in order.items():
        if line not in placed:
            while port in left_for:
                port = left_for[port]  # noqa: PLW2901 - followed to the port that nobody is placed on
            result[line] = port
    return {line: result[line] for line in order}


def _close_gaps(order: Order, placed: Order) -> dict[str, int]:
    taken = set(placed.values())
    result = dict(placed)
    port = 0
    for line in sort_lines(order):
        if line not in placed:
            port += 1
            while port in taken:
                port += 1
            result[line] = port
    return {line: result[line] for line in order}


def sort_lines(order: Order) -> list[str]:
    return sorted(order, key=lambda line: (order[line], line))


def find_moves(before: Order, after: Order) -> dict[str, int]:
    """Return the lines of `after` that were elsewhere, and where they are."""
    return {line: port for line, port in after.items() if before.get(line) != port}


def find_intended_moves(before: Order, after: Order, ordering: Ordering) -> dict[str, int]:
    """Return the moves that somebody who made `after` of `before` has to have meant: without gaps, the fewest."""
    if ordering is not Ordering.DYNAMIC:
        return find_moves(before, after)
    positions = {line: position for position, line in enumerate(sort_lines(before))}
    lines = sort_lines(after)
    unmoved = {lines[index] for index in longest_increasing([positions[line] for line in lines])}
    return {line: after[line] for line in lines if line not in unmoved}


def carry_over_moves(before: Order, wanted: Order, now: Order, ordering: Ordering) -> dict[str, int]:
    """Make the moves from `before` to `wanted` in the order that there is `now`, as far as their lines are there."""
    moves = {line: port for line, port in find_intended_moves(before, wanted, ordering).items() if line in now}
    return arrange_lines(now, clip_moves(moves, len(now), ordering), ordering)


def clip_moves(moves: Order, ports: int, ordering: Ordering) -> dict[str, int]:
    """Return the moves on as few ports as there are, where no gap is allowed."""
    clipped = dict(moves)
    if ordering is Ordering.DYNAMIC:
        last = ports
        for line in reversed(sort_lines(moves)):
            clipped[line] = min(clipped[line], last)
            last = clipped[line] - 1
    return clipped
