"""Plans of an undo: the parts of a change that come back, and those that stay as somebody changed them since. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.masking import MASK
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.models.connected_user import ConnectedUserList
from app.portal.services.lines.moves import Order, arrange_lines, clip_moves, find_intended_moves, find_moves
from app.portal.services.lines.rules import Ordering, Violation, find_violations
from app.portal.services.lines.service import ordering_of, ports_of, rules_of


class UndoOutcome(StrEnum):
    """The effect of an undo on one part of a change."""

    RETURNS = "returns"
    CHANGED_SINCE = "changed since"
    ALREADY = "already as before"
    HIDDEN = "hidden"  # a secret: the audit log does not hold it
    SHIFTS = "shifts"  # a line that makes room


@dataclass(frozen=True)
class UndoRow:
    """A field, a line or a file as it is now and as it is after the undo, in words; `key` is a field's name."""

    label: str
    now: str
    result: str
    outcome: UndoOutcome
    key: str = ""


@dataclass(frozen=True)
class FieldsUndo:
    """`now` and `wanted` hold the fields that come back."""

    rows: Sequence[UndoRow]
    now: Mapping[str, Any]
    wanted: Mapping[str, Any]


@dataclass(frozen=True)
class OrderUndo:
    """`order` is what is sent."""

    rows: Sequence[UndoRow]
    order: Order
    violations: Sequence[Violation]


def plan_fields(before: Mapping[str, Any], after: Mapping[str, Any], device: object) -> FieldsUndo:
    """Compare an edit with the device as it is now; fields that can no longer be edited are left out."""
    rows, now, wanted = [], {}, {}
    for name, changed in after.items():
        field = EDITABLE_FIELDS.get(name)
        if field is None:
            continue
        if field.is_secret or changed == MASK or name not in before:
            rows.append(UndoRow(field.label, MASK, MASK, UndoOutcome.HIDDEN, name))
            continue
        value, outcome = getattr(device, name), _judge(getattr(device, name), before[name], changed)
        if outcome is UndoOutcome.RETURNS:
            now[name], wanted[name] = value, before[name]
        result = wanted.get(name, value)
        rows.append(UndoRow(field.label, field.to_words(value), field.to_words(result), outcome, name))
    return FieldsUndo(rows, now, wanted)


def _judge(now: Any, before: Any, after: Any) -> UndoOutcome:
    if now == before:
        return UndoOutcome.ALREADY
    return UndoOutcome.RETURNS if now == after else UndoOutcome.CHANGED_SINCE


def plan_order(before: Order, after: Order, users: ConnectedUserList, ports: int | None) -> OrderUndo:
    """Compare an order of lines with the lines as they are now; the list must be whole: see read_only_reason."""
    now, ordering = ports_of(users), ordering_of(users)
    back = find_intended_moves(after, before, ordering)
    others = find_intended_moves({line: after[line] for line in after if line in now}, now, ordering).keys()
    occupied = {now[line] for line in others} if ordering is Ordering.STATIC else set()
    moves = {line: port for line, port in back.items() if line in now and line not in others and port not in occupied}
    order = arrange_lines(now, clip_moves(moves, len(now), ordering), ordering)
    returning = find_moves(now, order)
    names = {user.line_port: user.name for user in users.users}
    rows = []
    for line in (*back, *(line for line in returning if line not in back)):
        outcome = _judge_line(line, now, order, back)
        rows.append(UndoRow(names.get(line) or line, _port(now.get(line)), _port(order.get(line)), outcome))
    return OrderUndo(rows, order, find_violations(list(order.items()), rules_of(users, ports)))


def _judge_line(line: str, now: Order, order: Order, back: Order) -> UndoOutcome:
    if line not in back:
        return UndoOutcome.SHIFTS
    if now.get(line) != order.get(line):
        return UndoOutcome.RETURNS
    return UndoOutcome.ALREADY if now.get(line) == back[line] else UndoOutcome.CHANGED_SINCE


def _port(port: int | None) -> str:
    return "" if port is None else f"port {port}"
