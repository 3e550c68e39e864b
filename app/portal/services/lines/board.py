"""The line board as it is shown: a row for each port, the moves, and texts about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.portal.domain.natural_order import exact_natural_key
from app.portal.domain.search_words import fold_words, has_words
from app.portal.lists.paging import SortableList
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.moves import Order, find_moves
from app.portal.services.lines.rules import Ordering, Violation
from app.portal.services.lines.service import ordering_of, ports_of, read_only_reason

_COLUMNS = {  # by key, the label and the attribute of a user
    "port": ("Port", ""),
    "person": ("Person", "name"),
    "ext": ("Ext.", "extension"),
    "number": ("Number", "phone_number"),
    "line": ("Line", "line_port"),
    "kind": ("Appearance", "kind"),
    "department": ("Department", "department_name"),
}
_MAX_SINGLE_PORTS = 24  # of a device whose ports get a row each; of more, empty ones share one


@dataclass(frozen=True)
class BoardRow:
    """A line, or the empty ports from `port` to `last`; `last` is None where they have no end.

    `key` is the same for a line wherever it is. `left_by` is who had an empty port.
    """

    key: str
    port: int | None
    last: int | None
    user: ConnectedUser | None = None
    previous_port: int | None = None
    left_by: str = ""
    stays_empty: bool = False
    typed: str | None = None
    violations: tuple[Violation, ...] = ()

    @property
    def label(self) -> str:
        if self.last == self.port:
            return "Empty"
        return f"Ports {self.port}–{self.last} are empty" if self.last else f"Ports from {self.port} on are empty"


@dataclass(frozen=True)
class LineMove:
    user: ConnectedUser
    previous_port: int
    port: int


@dataclass(frozen=True)
class Board(SortableList):
    """`order` is the one to be saved; `typed` has texts by line that are no port."""

    users: ConnectedUserList
    ports: int | None
    order: Order
    typed: Mapping[str, str]
    violations: Sequence[Violation] = ()
    sort: str = "port"
    q: str = ""

    @property
    def is_static(self) -> bool:
        return ordering_of(self.users) is Ordering.STATIC

    @property
    def ordering_is_unknown(self) -> bool:
        """Return True where the platform did not tell which order the device allows."""
        return not self.users.no_line_reordering and None in {
            self.users.no_line_reordering,
            self.users.static_line_reordering,
        }

    @cached_property
    def read_only_reason(self) -> str | None:
        return read_only_reason(self.users)

    @property
    def last_port(self) -> int | None:
        """Return the highest port that a line can get; None where there is no limit."""
        return self.ports if self.is_static else len(self.users.users)

    @cached_property
    def moves(self) -> list[LineMove]:
        before = self._ports_before
        moved = find_moves(before, self.order)
        users = sorted(self.users.users, key=lambda user: user.order or 0)
        return [
            LineMove(user, before[user.line_port], moved[user.line_port]) for user in users if user.line_port in moved
        ]

    @property
    def is_pending(self) -> bool:
        return bool(self.moves or self.typed)

    @property
    def general_violations(self) -> list[Violation]:
        """Return those that no row shows."""
        return [violation for violation in self.violations if not set(violation.lines) & self.order.keys()]

    @property
    def in_order(self) -> bool:
        """True where the rows stand as the ports do, so that up and down mean something."""
        return self.sort == "port" and not self.q

    @property
    def has_departments(self) -> bool:
        return any(user.department_name for user in self.users.users)

    @property
    def columns(self) -> list[tuple[str, str]]:
        columns = [(key, label) for key, (label, _) in _COLUMNS.items()]
        return columns if self.has_departments else columns[:-1]

    @property
    def sort_label(self) -> str:
        return _COLUMNS[self.sort.removeprefix("-")][0]

    @cached_property
    def rows(self) -> list[BoardRow]:
        """Return the rows as sorted and filtered; empty ports only where the ports are in order."""
        words = fold_words(self.q)
        users = [user for user in self.users.users if has_words(words, *_searched_texts(user))]
        users.sort(key=self._sort_key, reverse=self.sort.startswith("-"))
        if self.in_order and self.is_static and not self.read_only_reason:
            return list(self._add_empty_rows(users))
        return [self._row(user) for user in users]

    @property
    def title(self) -> str:
        """Return what is pending, in a few words."""
        count = len(self.moves)
        if not count:
            return "Check your entries" if self.typed else "No changes yet"
        return ", ".join(filter(None, ("1 line moves" if count == 1 else f"{count} lines move", self._empty_ports)))

    @property
    def announcement(self) -> str:
        count = len(self.moves)
        if not count:
            return "No lines moved."
        will_move = f"{'1 line' if count == 1 else f'{count} lines'} will move"
        return ", ".join(filter(None, (will_move, self._empty_ports))) + ". Not saved yet."

    @cached_property
    def _ports_before(self) -> dict[str, int]:
        return ports_of(self.users)

    @property
    def _empty_ports(self) -> str:
        """Name the ports that become empty, or else those that stay so."""
        if not self.is_static:
            return ""
        used_before, used = set(self._ports_before.values()), set(self.order.values())
        if left := sorted(used_before - used):
            return f"{_name_ports(left)} {'becomes' if len(left) == 1 else 'become'} empty"
        empty = sorted(set(range(1, min(max(used, default=0), 1000))) - used)
        return f"{_name_ports(empty)} {'stays' if len(empty) == 1 else 'stay'} empty" if empty else ""

    @cached_property
    def _keys(self) -> dict[int, str]:
        """Return the key of each row by the identity of its user: the platform may send one twice."""
        return {id(user): str(number) for number, user in enumerate(self.users.users, 1)}

    def _port(self, user: ConnectedUser) -> int | None:
        return user.order if self.read_only_reason else self.order[user.line_port]

    def _sort_key(self, user: ConnectedUser) -> tuple[object, ...]:
        (_, attribute), port = _COLUMNS[self.sort.removeprefix("-")], self._port(user)
        value = getattr(user, attribute) if attribute else ""
        return exact_natural_key(value), port is None, port or 0

    def _row(self, user: ConnectedUser) -> BoardRow:
        port = self._port(user)
        return BoardRow(
            key=self._keys[id(user)],
            port=port,
            last=port,
            user=user,
            previous_port=user.order if user.order != port else None,
            typed=self.typed.get(user.line_port),
            violations=tuple(violation for violation in self.violations if user.line_port in violation.lines),
        )

    def _add_empty_rows(self, users: Sequence[ConnectedUser]) -> Iterator[BoardRow]:
        next_port = 1
        for user in users:
            port = self.order[user.line_port]
            yield from self._empty_rows(next_port, port - 1)
            yield self._row(user)
            next_port = port + 1
        if self.ports is None:
            yield BoardRow(f"empty-{next_port}", next_port, None)
        else:
            yield from self._empty_rows(next_port, self.ports)

    def _empty_rows(self, first: int, last: int) -> Iterator[BoardRow]:
        has_single_rows = self.ports is not None and last <= self.ports <= _MAX_SINGLE_PORTS
        if last > first and not has_single_rows:
            yield BoardRow(f"empty-{first}", first, last)
            return
        names = {user.order: user.name for user in self.users.users}
        highest = max(self.order.values(), default=0)
        for port in range(first, last + 1):
            left_by = names.get(port, "")
            stays = bool(self.moves) and not left_by and port < highest
            yield BoardRow(f"empty-{port}", port, port, left_by=left_by, stays_empty=stays)


def read_sort(text: str) -> str:
    return text if text.removeprefix("-") in _COLUMNS else "port"


def _name_ports(ports: Sequence[int]) -> str:
    if len(ports) > 3:
        return f"{len(ports)} ports"
    if len(ports) == 1:
        return f"port {ports[0]}"
    return f"ports {', '.join(map(str, ports[:-1]))} and {ports[-1]}"


def _searched_texts(user: ConnectedUser) -> list[str]:
    return [getattr(user, attribute) for _, attribute in _COLUMNS.values() if attribute]
