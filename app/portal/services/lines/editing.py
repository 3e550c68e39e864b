"""What becomes of a board by what is typed and pressed on it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.lines.moves import Order, arranged, moved
from app.portal.services.lines.rules import Device, Ordering, Verdict, verdicts
from app.portal.services.lines.service import ordering_of, ports_of, rules_of


@dataclass(frozen=True)
class Edited:
    """`unseen` are lines that had to make room for typed ones, which no page has shown yet."""

    order: Order
    verdicts: Sequence[Verdict]
    unseen: Collection[str] = ()
    said: str = ""


def edited(
    users: ConnectedUserList, ports: int | None, shown: Order, typed: Mapping[str, int | None], what: str, line: str
) -> Edited:
    """The order after typing these ports and pressing "up", "down", "undo", each at a line, or "undo all".

    Where what was typed is no set of ports, all stays as it was shown, with verdicts on what was typed.
    """
    if what == "undo all":
        return Edited(ports_of(users), ())
    broken = verdicts(list(typed.items()), Device(typed.keys(), Ordering.STATIC, None))
    if broken:
        return Edited(shown, broken)
    ordering = ordering_of(users)
    placed = {each: port for each, port in typed.items() if port is not None}
    order = arranged(shown, placed, ordering) if placed else shown
    unseen = moved(shown, order).keys() - placed.keys()
    target = _target(users, ports, order, what, line)
    if target is not None:
        order = arranged(order, {line: target}, ordering)
        placed = {line: target}
    return Edited(order, verdicts(list(order.items()), rules_of(users, ports)), unseen, _said(users, placed))


def _target(users: ConnectedUserList, ports: int | None, order: Order, what: str, line: str) -> int | None:
    """The port that a press sends its line to; None where it sends none anywhere."""
    if line not in order:
        return None
    last = ports if ordering_of(users) is Ordering.STATIC else len(order)
    match what:
        case "up":
            return max(1, order[line] - 1)
        case "down":
            return order[line] + 1 if last is None or order[line] < last else order[line]
        case "undo":
            return ports_of(users)[line]
        case _:
            return None


def _said(users: ConnectedUserList, placed: Order) -> str:
    names = {user.line_port: user.name for user in users.users}
    return " ".join(f"{names[line]} is on port {port}." for line, port in placed.items())
