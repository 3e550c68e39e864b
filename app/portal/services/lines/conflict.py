"""Two people reorder the same lines: the opened, the present and the wanted order compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.moves import Order, carry_over_moves, find_intended_moves
from app.portal.services.lines.service import ordering_of, ports_of


@dataclass(frozen=True)
class LineConflict:
    """One line at three moments; a port is None where the line is not on the device."""

    user: ConnectedUser
    opened: int | None
    now: int | None
    yours: int | None
    explanation: str


@dataclass(frozen=True)
class OrderComparison:
    """`order` is the wanted one as far as it still makes sense, of the lines that are there now.

    `unchanged` more lines had the same port throughout.
    """

    order: Order
    conflicts: list[LineConflict]
    unchanged: int


def compare_orders(opened: ConnectedUserList, now: ConnectedUserList, wanted: Order) -> OrderComparison:
    """Both lists must be whole: see read_only_reason."""
    before, present, ordering = ports_of(opened), ports_of(now), ordering_of(now)
    kept = carry_over_moves(before, wanted, present, ordering)
    moves = find_intended_moves(before, wanted, ordering)
    users = {user.line_port: user for user in (*opened.users, *now.users)}
    lines = [
        LineConflict(
            user, before.get(line), present.get(line), kept.get(line), _explain(line, before, present, kept, moves)
        )
        for line, user in users.items()
    ]
    conflicts = [line for line in lines if not line.opened == line.now == line.yours]
    conflicts.sort(key=lambda line: (line.now is None, line.now or 0))
    return OrderComparison(kept, conflicts, len(lines) - len(conflicts))


def _explain(line: str, before: Order, now: Order, kept: Order, moves: Mapping[str, int]) -> str:
    if line not in now:
        return "Removed from this device. Left out"
    stays = kept[line] == now[line]
    if line not in before:
        return "Added meanwhile. Keeps its port" if stays else "Added meanwhile. Shifts to make room"
    if line in moves:
        if now[line] != before[line] and not stays:
            return "Moved by both. Your port is kept"
        return "Already on this port" if stays else "Moved by you"
    if now[line] != before[line]:
        return "Moved by someone else. Keeps that port" if stays else "Moved by someone else. Shifts to make room"
    return "Shifts to make room"
