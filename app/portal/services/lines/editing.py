"""The order of a board after something was typed or pressed on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.lines.moves import Order, arrange_lines, find_moves
from app.portal.services.lines.rules import LineRules, Ordering, Violation, find_violations
from app.portal.services.lines.service import ordering_of, ports_of, rules_of


@dataclass(frozen=True)
class BoardEdit:
    """`unconfirmed_moves` are lines that had to make room for typed ones, which no page has shown yet."""

    order: Order
    violations: Sequence[Violation]
    unconfirmed_moves: Collection[str] = ()
    announcement: str = ""


def apply_edits(
    users: ConnectedUserList,
    ports: int | None,
    displayed: Order,
    typed: Mapping[str, int | None],
    action: str,
    line: str,
) -> BoardEdit:
    """Type these ports into the displayed order, then do "up", "down" or "undo" at a line, or "undo all".

    Where what was typed is no set of ports, all stays as it was displayed, with violations for what was typed.
    """
    if action == "undo all":
        return BoardEdit(ports_of(users), ())
    violations = find_violations(list(typed.items()), LineRules(typed.keys(), Ordering.STATIC, None))
    if violations:
        return BoardEdit(displayed, violations)
    ordering = ordering_of(users)
    placed = {typed_line: port for typed_line, port in typed.items() if port is not None}
    order = arrange_lines(displayed, placed, ordering) if placed else displayed
    unconfirmed = find_moves(displayed, order).keys() - placed.keys()
    target = _find_target(users, ports, order, action, line)
    if target is not None:
        placed = {line: target}
        order = arrange_lines(order, placed, ordering)
    violations = find_violations(list(order.items()), rules_of(users, ports))
    return BoardEdit(order, violations, unconfirmed, _announce(users, placed))


def _find_target(users: ConnectedUserList, ports: int | None, order: Order, action: str, line: str) -> int | None:
    """Return the port that an action sends its line to; None where it sends none anywhere."""
    port = order.get(line)
    if port is None:
        return None
    last = ports if ordering_of(users) is Ordering.STATIC else len(order)
    match action:
        case "up":
            return max(1, port - 1)
        case "down":
            return port + 1 if last is None or port < last else port
        case "undo":
            return ports_of(users)[line]
        case _:
            return None


def _announce(users: ConnectedUserList, placed: Order) -> str:
    names = {user.line_port: user.name for user in users.users}
    return " ".join(f"{names[line]} is on port {port}." for line, port in placed.items())
