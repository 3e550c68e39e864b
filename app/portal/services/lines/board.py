"""The board as it is shown: a row for each port, what has moved, and the words for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.portal.lists.links import SortableList
from app.portal.lists.search_texts import fold
from app.portal.models.connected_user import ConnectedUser, ConnectedUserList
from app.portal.services.lines.moves import Order, moved
from app.portal.services.lines.rules import Ordering, Verdict
from app.portal.services.lines.service import ordering_of, ports_of, read_only_reason

COLUMNS = {
    "port": "Port",
    "person": "Person",
    "ext": "Ext.",
    "number": "Number",
    "line": "Line",
    "kind": "Kind",
    "department": "Department",
}
_EACH_UP_TO = 24  # ports that get a row each; of more, empty ones share one


@dataclass(frozen=True)
class Row:
    """A line, or the empty ports from `port` to `last`; `last` is None where they have no end.

    `key` is the same for a line wherever it is; `was` the port it had, if another; `left_by` who had an empty one.
    """

    key: str
    port: int | None
    last: int | None
    user: ConnectedUser | None = None
    was: int | None = None
    left_by: str = ""
    stays_empty: bool = False
    typed: str | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def words(self) -> str:
        if self.last == self.port:
            return "Empty"
        return f"Ports {self.port}–{self.last} are empty" if self.last else f"Ports from {self.port} on are empty"


@dataclass(frozen=True)
class Move:
    user: ConnectedUser
    was: int
    port: int


@dataclass(frozen=True)
class Board(SortableList):
    """`order` is what the lines would have; `typed` holds what was typed and could not be taken as a port."""

    users: ConnectedUserList
    ports: int | None
    order: Order
    typed: Mapping[str, str]
    verdicts: Sequence[Verdict] = ()
    sort: str = "port"
    q: str = ""

    @property
    def ordering(self) -> Ordering:
        return ordering_of(self.users)

    @property
    def is_static(self) -> bool:
        return self.ordering is Ordering.STATIC

    @cached_property
    def read_only_reason(self) -> str | None:
        return read_only_reason(self.users)

    @property
    def last_port(self) -> int | None:
        """The highest port that a line can get; None where there is no limit."""
        return self.ports if self.ordering is Ordering.STATIC else len(self.users.users)

    @cached_property
    def moves(self) -> list[Move]:
        was = self._was
        there = moved(was, self.order)
        users = sorted(self.users.users, key=lambda user: user.order or 0)
        return [Move(user, was[user.line_port], there[user.line_port]) for user in users if user.line_port in there]

    @property
    def is_pending(self) -> bool:
        return bool(self.moves or self.typed)

    @property
    def verdicts_on_top(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not set(verdict.lines) & self.order.keys()]

    @property
    def in_order(self) -> bool:
        """Whether the rows stand as the ports do, so that up and down mean something."""
        return self.sort == "port" and not self.q

    @property
    def has_departments(self) -> bool:
        return any(user.department_name for user in self.users.users)

    @property
    def columns(self) -> list[tuple[str, str]]:
        return [each for each in COLUMNS.items() if each[0] != "department" or self.has_departments]

    @property
    def sort_label(self) -> str:
        return COLUMNS[self.sort.removeprefix("-")]

    @cached_property
    def rows(self) -> list[Row]:
        """In the order asked for; empty ports only where the ports are in order."""
        key, needle = self.sort.removeprefix("-"), fold(self.q)
        users = [user for user in self.users.users if needle in fold(_text(user))]
        users.sort(key=lambda user: _sort_key(user, self._port(user), key), reverse=self.sort.startswith("-"))
        if self.in_order and self.is_static and not self.read_only_reason:
            return list(self._with_empty(users))
        return [self._row(user) for user in users]

    @property
    def title(self) -> str:
        """What is pending, in a few words."""
        count = len(self.moves)
        if not count:
            return "Look at what you typed" if self.typed else "No changes yet"
        return ", ".join(filter(None, ("1 line moves" if count == 1 else f"{count} move", self._what_is_empty)))

    @property
    def announcement(self) -> str:
        count = len(self.moves)
        if not count:
            return "No line moves."
        will = f"{'1 line' if count == 1 else f'{count} lines'} will move"
        return ", ".join(filter(None, (will, self._what_is_empty))) + ". Not saved yet."

    @cached_property
    def _was(self) -> dict[str, int]:
        return ports_of(self.users)

    @property
    def _what_is_empty(self) -> str:
        if not self.is_static:
            return ""
        used_before, used = set(self._was.values()), set(self.order.values())
        if left := sorted(used_before - used):
            return f"{_ports(left)} {'becomes' if len(left) == 1 else 'become'} empty"
        still = sorted(set(range(1, min(max(used, default=0), 1000))) - used)
        return f"{_ports(still)} {'stays' if len(still) == 1 else 'stay'} empty" if still else ""

    @cached_property
    def _keys(self) -> dict[int, str]:
        """By the identity of a user, for what the platform sends may be there twice."""
        return {id(user): str(at) for at, user in enumerate(self.users.users, 1)}

    def _port(self, user: ConnectedUser) -> int | None:
        return user.order if self.read_only_reason else self.order[user.line_port]

    def _row(self, user: ConnectedUser) -> Row:
        port = self._port(user)
        return Row(
            key=self._keys[id(user)],
            port=port,
            last=port,
            user=user,
            was=user.order if user.order != port else None,
            typed=self.typed.get(user.line_port),
            verdicts=tuple(each for each in self.verdicts if user.line_port in each.lines),
        )

    def _with_empty(self, users: Sequence[ConnectedUser]) -> Iterator[Row]:
        names = {user.order: user.name for user in users}
        highest = max(self.order.values(), default=0)
        next_port = 1
        for user in users:
            port = self.order[user.line_port]
            yield from self._empty(next_port, port - 1, names, highest)
            yield self._row(user)
            next_port = port + 1
        if self.ports is None:
            yield Row(f"empty-{next_port}", next_port, None)
        else:
            yield from self._empty(next_port, self.ports, names, highest)

    def _empty(self, first: int, last: int, names: Mapping[int | None, str], highest: int) -> Iterator[Row]:
        few = self.ports is not None and last <= self.ports <= _EACH_UP_TO
        if last > first and not few:
            yield Row(f"empty-{first}", first, last)
            return
        for port in range(first, last + 1):
            left_by = names.get(port, "")
            stays = bool(self.moves) and not left_by and port < highest
            yield Row(f"empty-{port}", port, port, left_by=left_by, stays_empty=stays)


def read_sort(text: str) -> str:
    return text if text.removeprefix("-") in COLUMNS else "port"


def _ports(ports: Sequence[int]) -> str:
    if len(ports) > 3:
        return f"{len(ports)} ports"
    if len(ports) == 1:
        return f"port {ports[0]}"
    return f"ports {', '.join(map(str, ports[:-1]))} and {ports[-1]}"


def _text(user: ConnectedUser) -> str:
    parts = (user.name, user.extension, user.phone_number, user.line_port, user.kind, user.department_name)
    return "\n".join(parts)


def _sort_key(user: ConnectedUser, port: int | None, key: str) -> tuple[object, ...]:
    by = {
        "person": user.name,
        "ext": user.extension,
        "number": user.phone_number,
        "line": user.line_port,
        "kind": user.kind,
        "department": user.department_name,
    }.get(key, "")
    return (by.casefold(), by, port is None, port or 0)
