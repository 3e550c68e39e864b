"""Two people re-order the same lines: what was opened, what is now, what I wanted, and what can be kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.moves import Order, carried_over, meant
from app.portal.services.lines.service import ordering_of, ports_of


@dataclass(frozen=True)
class Difference:
    """One line at three moments; a port is None where the line is not on the device."""

    user: ConnectedUser
    opened: int | None
    now: int | None
    yours: int | None
    words: str


@dataclass(frozen=True)
class Conflict:
    """`order` is mine as far as it still makes sense, of the lines that are there now."""

    order: Order
    differences: list[Difference]
    same: int


def conflict(opened: ConnectedUserList, now: ConnectedUserList, mine: Order) -> Conflict:
    """Both orders must be whole: see lines.why_kept."""
    before, present, ordering = ports_of(opened), ports_of(now), ordering_of(now)
    kept = carried_over(before, mine, present, ordering)
    moves = meant(before, mine, ordering)
    users = {user.line_port: user for user in (*opened.users, *now.users)}
    rows = [
        Difference(
            user, before.get(line), present.get(line), kept.get(line), _words(line, before, present, kept, moves)
        )
        for line, user in users.items()
    ]
    differing = [row for row in rows if not row.opened == row.now == row.yours]
    differing.sort(key=lambda row: (row.now is None, row.now or 0))
    return Conflict(kept, differing, len(rows) - len(differing))


def _words(line: str, before: Order, now: Order, kept: Order, moves: Mapping[str, int]) -> str:
    if line not in now:
        return "No longer on this device; left out"
    stays = kept[line] == now[line]
    if line not in before:
        return "New since; stays there" if stays else "New since; makes room"
    if line in moves:
        if now[line] != before[line] and not stays:
            return "Both moved it; yours is kept"
        return "Already there" if stays else "You move it"
    if now[line] != before[line]:
        return "Moved by someone else; stays there" if stays else "Moved by someone else; makes room"
    return "Makes room"
