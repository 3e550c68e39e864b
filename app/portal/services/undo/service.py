"""Find a change of a device that can be undone, plan its undo against the present state, and send that."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.portal.api.errors import ApiNotFound
from app.portal.domain.audit import UNDOABLE, Action, Result
from app.portal.domain.files import digest
from app.portal.domain.refs import FileRef, GroupRef, Scope
from app.portal.services.changes.executor import ChangeExecutor, Done
from app.portal.services.devices.service import Devices
from app.portal.services.files.changes import FileChanges, Present
from app.portal.services.files.service import DEFAULT
from app.portal.services.history.entries import content_words
from app.portal.services.lines.service import Lines, read_only_reason
from app.portal.services.undo.plans import UndoOutcome, UndoRow, plan_fields, plan_order
from app.portal.store.audit_queries import AuditQueries
from app.portal.store.tables import Change


@dataclass(frozen=True)
class LaterChange:
    """A later change of the same fields, lines or file; `fields` are the names of the fields that it changed."""

    username: str
    at: datetime
    fields: Collection[str]


@dataclass(frozen=True)
class UndoPlan:
    """The effect that undoing `change` would have now.

    `reason`: why nothing can come back, in words. `now` and `wanted`: the fields that come back. `send`: do it; of a
    file there is none, as its content is reviewed first: `file`, and `version` as URLs name it.
    """

    change: Change
    rows: Sequence[UndoRow] = ()
    reason: str = ""
    now: Mapping[str, Any] = field(default_factory=dict)
    wanted: Mapping[str, Any] = field(default_factory=dict)
    later: LaterChange | None = None
    send: Callable[[], Done[Any] | None] | None = field(default=None, compare=False)
    file: FileRef | None = None
    version: str = ""

    @property
    def returning(self) -> int:
        """The number of fields, lines or files that come back."""
        return 0 if self.reason else sum(1 for row in self.rows if row.outcome is UndoOutcome.RETURNS)

    @property
    def state(self) -> str:
        """A short text that differs for each plan, for a form to carry."""
        rows = [[row.label, row.now, row.result, row.outcome] for row in self.rows]
        return hashlib.sha256(json.dumps([self.change.id, self.version, rows]).encode()).hexdigest()[:32]

    def is_by_later(self, row: UndoRow) -> bool:
        """Return True if the later change is known to have changed what this row is about."""
        return self.later is not None and (not row.key or row.key in self.later.fields)


class Undo:
    """Undo for one user. Of a device that was deleted or created anew since, nothing can be undone."""

    def __init__(
        self, queries: AuditQueries, executor: ChangeExecutor, devices: Devices, lines: Lines, files: FileChanges
    ) -> None:
        self._queries = queries
        self._executor = executor
        self._devices = devices
        self._lines = lines
        self._files = files

    def find(self, group: GroupRef, device_name: str, change_id: int) -> Change | None:
        """Return a change of the device as it is there now, if it took effect and can be undone."""
        change = self._find(group, device_name, change_id)
        return change if change and change.action in UNDOABLE and change.before else None

    def find_creation(self, group: GroupRef, device_name: str, change_id: int) -> Change | None:
        """Return the change that added the device which is there now; None if it is another one, or gone."""
        change = self._find(group, device_name, change_id)
        return change if change and change.action == Action.CREATE else None

    def find_change_since(self, change: Change) -> LaterChange | None:
        """Return the newest change of a device since this one."""
        newest = self._queries.find_later(change, *UNDOABLE)
        return LaterChange(newest.username, newest.at, newest.after.keys()) if newest else None

    def _find(self, group: GroupRef, device_name: str, change_id: int) -> Change | None:
        scope = Scope(group.tenant_id, group.group_id, device_name)
        change, result = self._queries.find_change(scope, change_id)
        if change is None or result != Result.APPLIED:
            return None
        is_former = self._queries.find_later(change, Action.CREATE, Action.DELETE) is not None
        return None if is_former else change

    def plan(self, change: Change) -> UndoPlan:
        """Compare the change with the present state. Raises ApiError where that cannot be read.

        `send` of the plan raises EditConflict, LinesEditConflict, ChangeInProgress, ApiRefused, OutcomeUnknown.
        """
        group = GroupRef(change.tenant_id, change.group_id)
        newest = self._queries.find_later(change, Action(change.action))
        later = LaterChange(newest.username, newest.at, newest.after.keys()) if newest else None
        match change.action:
            case Action.EDIT:
                return self._plan_fields(change, group, later)
            case Action.LINES:
                return self._plan_order(change, group, later)
            case _:
                return self._plan_file(change, group, later)

    def was_applied_before(self, change: Change) -> bool:
        """Return True if the form of this request undid the change when it was sent before."""
        group = GroupRef(change.tenant_id, change.group_id)
        return self._executor.was_applied_before(Action(change.action), group, change.device_name)

    def _plan_fields(self, change: Change, group: GroupRef, later: LaterChange | None) -> UndoPlan:
        name = change.device_name
        undo = plan_fields(change.before, change.after, self._devices.get(group, name))
        return UndoPlan(
            change,
            undo.rows,
            now=undo.now,
            wanted=undo.wanted,
            later=later,
            send=lambda: self._devices.update(group, name, undo.now, undo.wanted),
        )

    def _plan_order(self, change: Change, group: GroupRef, later: LaterChange | None) -> UndoPlan:
        name = change.device_name
        self._lines.begin(group, name)
        ports, users = self._devices.get(group, name).ports_total, self._lines.get(group, name)
        if reason := read_only_reason(users):
            return UndoPlan(change, reason=reason, later=later)
        undo = plan_order(change.before.get("order", {}), change.after.get("order", {}), users, ports)
        return UndoPlan(
            change,
            undo.rows,
            reason=undo.violations[0].message if undo.violations else "",
            later=later,
            send=lambda: self._lines.save(group, name, users, ports, undo.order),
        )

    def _plan_file(self, change: Change, group: GroupRef, later: LaterChange | None) -> UndoPlan:
        before, after = change.before, change.after
        file = FileRef(group, change.device_name, str(after.get("file_format", "")))
        version = "default" if before.get("source") == DEFAULT else str(before.get("version") or "")
        try:
            present = self._files.present(file)
        except ApiNotFound:
            return UndoPlan(change, reason="The device no longer has this file.", later=later)
        kept = {"default", *(str(row.id) for row in self._files.versions(file))}
        is_unchanged = later is None and _is_in(present, after)
        outcome = UndoOutcome.RETURNS if is_unchanged else UndoOutcome.CHANGED_SINCE
        if _is_in(present, before) and not is_unchanged:
            outcome = UndoOutcome.ALREADY
        now = {"source": present.source, "bytes": None if present.content is None else len(present.content)}
        then = before if outcome is UndoOutcome.RETURNS else now
        row = UndoRow(file.file_format, content_words(now), content_words(then), outcome)
        reason = "" if version in kept else "The content of before is no longer kept."
        return UndoPlan(change, [row], reason, later=later, file=file, version=version)


def _is_in(present: Present, state: Any) -> bool:
    """Return True unless the file is known to be otherwise; the platform may not show its content."""
    if present.source and present.source != state.get("source"):
        return False
    if present.source == DEFAULT or present.content is None or not state.get("sha256"):
        return True
    return digest(present.content) == str(state["sha256"])
