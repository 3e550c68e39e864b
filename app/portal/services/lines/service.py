"""The lines of a device: who is on which port, and reordering them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiRefused
from app.portal.domain.audit import Action, Intent, Reason
from app.portal.domain.refs import GroupRef
from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.changes.executor import ChangeError, ChangeExecutor, Done
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.index.feed import IndexFeed
from app.portal.services.lines.moves import Order
from app.portal.services.lines.rules import FIXED_ORDER, LineRules, Ordering, Violation, find_violations
from app.portal.services.paths import devices_path


class LinesEditConflict(ChangeError):
    """The people, their ports or what is allowed changed since they were read; `now` is how they are."""

    reason = Reason.LINES_CONFLICT

    def __init__(self, now: ConnectedUserList) -> None:
        super().__init__("the lines were changed by someone else")
        self.now = now


class ImpossibleOrderError(ChangeError):
    """The platform would refuse this order, so it was not sent."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(violation.message for violation in violations))
        self.violations = violations


class Lines:
    """The lines of the devices that one user can reach."""

    def __init__(self, api: ApiClient, executor: ChangeExecutor, reconciler: Reconciler, index: IndexFeed) -> None:
        self._api = api
        self._executor = executor
        self._reconciler = reconciler
        self._index = index

    def begin(self, group: GroupRef, device: str) -> None:
        """Ask for the lines that `get` returns, beside other calls."""
        self._api.begin(_path(group, device))

    def get(self, group: GroupRef, device: str) -> ConnectedUserList:
        users = self._api.get(_path(group, device), ConnectedUserList)
        self._reconciler.observe_lines(group, device, order_of(users))
        self._index.add_people(group, device, users.users)
        return users

    def save(
        self, group: GroupRef, device: str, opened: ConnectedUserList, ports: int | None, wanted: Order
    ) -> Done[ConnectedUserList] | None:
        """Send a whole order; return None where it is the one that was opened.

        Raises ImpossibleOrderError, LinesEditConflict, ApiRefused, OutcomeUnknown.
        """
        present = order_of(opened)
        if violations := find_violations(list(wanted.items()), rules_of(opened, ports)):
            raise ImpossibleOrderError(violations)
        if wanted == present:
            return None
        people = {user.line_port: user.name for user in opened.users}
        try:
            done = self._executor.execute(
                Intent(
                    Action.LINES,
                    group,
                    device,
                    _audit_details(present, people),
                    _audit_details(wanted, people),
                    needs_reboot=True,
                ),
                lambda: self._api.put(_path(group, device), _body(wanted), type=ConnectedUserList),
                recheck=lambda: self._require_unchanged(group, device, opened),
                look=lambda: order_of(self.get(group, device)) == wanted,
            )
        except ApiRefused:
            with suppress(ApiError):  # somebody may have been quicker than the check before the call
                self._require_unchanged(group, device, opened)
            raise
        users = [msgspec.structs.replace(user, order=wanted[user.line_port]) for user in opened.users]
        self._index.add_people(group, device, users)
        return done

    def _require_unchanged(self, group: GroupRef, device: str, opened: ConnectedUserList) -> None:
        now = self.get(group, device)
        if order_of(now) != order_of(opened) or ordering_of(now) is not ordering_of(opened):
            raise LinesEditConflict(now)


def order_of(users: ConnectedUserList) -> dict[str, int | None]:
    return {user.line_port: user.order for user in users.users}


def ports_of(users: ConnectedUserList) -> dict[str, int]:
    """Return the order without the lines that have no port."""
    return {line: port for line, port in order_of(users).items() if port is not None}


def ordering_of(users: ConnectedUserList) -> Ordering:
    """Return STATIC where the platform does not tell: any port can be tried then, and no other line moves with it."""
    if users.no_line_reordering:
        return Ordering.FIXED
    return Ordering.DYNAMIC if users.static_line_reordering is False else Ordering.STATIC


def rules_of(users: ConnectedUserList, ports: int | None) -> LineRules:
    return LineRules([user.line_port for user in users.users], ordering_of(users), ports)


def read_only_reason(users: ConnectedUserList) -> str | None:
    """Return why nobody can move these lines, in words; None where they can be moved."""
    if ordering_of(users) is Ordering.FIXED:
        return FIXED_ORDER
    count = sum(1 for user in users.users if not _is_valid(user.line_port, user.order))
    if count:
        rows = "1 invalid row" if count == 1 else f"{count} invalid rows"
        return f"The platform sent {rows}, so the order cannot be changed here. Correct it on the platform."
    for field, values in (("line port", order_of(users)), ("port", {user.order for user in users.users})):
        if len(values) < len(users.users):
            return f"The platform sent two lines with the same {field}, so the order cannot be changed here."
    return None


def _is_valid(line_port: str, order: int | None) -> bool:
    # A form does not carry control characters to and fro as they are.
    return bool(line_port) and line_port.isprintable() and order is not None and order >= 1


def _audit_details(order: Any, people: dict[str, str]) -> dict[str, Any]:
    return {"order": dict(order), "people": people}


def _body(order: Order) -> dict[str, Any]:
    return {"connected_users": [{"linePort": line, "order": port} for line, port in order.items()]}


def _path(group: GroupRef, device: str) -> tuple[str, ...]:
    return devices_path(group, device, "connected_users")
