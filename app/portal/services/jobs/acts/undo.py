"""Undo of what another job changed, device by device."""

from typing import Any

from app.portal.api.errors import ApiInvalid, ApiNotFound
from app.portal.domain.files import Origin
from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.domain.refs import FileRef
from app.portal.services.files.changes import FileChanges
from app.portal.services.jobs.acts.act import ItemChanged
from app.portal.services.jobs.acts.files import FileSender
from app.portal.services.undo.plans import UndoOutcome
from app.portal.services.undo.service import Undo, UndoPlan
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem


class UndoAct:
    def __init__(self, undo: Undo, files: FileChanges, sender: FileSender) -> None:
        self._undo = undo
        self._files = files
        self._sender = sender

    def preview(self, item: JobItem) -> Preview:
        plan = self._plan(item)
        if plan is None:
            words = "The device was deleted, or replaced by a new one with the same name."
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.NOT_SENT, params={"words": words})
        changes = [(row.label, row.now, row.result) for row in plan.rows if row.outcome is UndoOutcome.RETURNS]
        if plan.returning:
            state = self._files.present(plan.file).state if plan.file else plan.state
            return Preview(verdict=Verdict.CHANGE, changes=changes, opened={"state": state})
        return _explain(plan)

    def carry_out(self, item: JobItem) -> bool:
        plan = self._plan(item)
        if plan is None:
            raise ApiNotFound("the device was deleted, or replaced by a new one")
        if plan.file and plan.returning:
            return self._send_file(item, plan.file, plan.version)
        if plan.state != item.seen["opened"]["state"] or plan.send is None:
            later = plan.later
            raise ItemChanged(later.username, later.at.isoformat()) if later else ItemChanged()
        return plan.send() is not None

    def _send_file(self, item: JobItem, file: FileRef, version: str) -> bool:
        if version == "default":
            self._sender.send(item, file, None, Origin.DEFAULT, "")
            return True
        content = self._files.content_of(file, int(version))
        numbers = {str(row.id): str(row.number) for row in self._files.versions(file)}
        if content is None or version not in numbers:
            raise ApiInvalid("the content of before is no longer kept")
        self._sender.send(item, file, content, Origin.ROLLBACK, numbers[version])
        return True

    def _plan(self, item: JobItem) -> UndoPlan | None:
        group, plan = item.group, item.plan or {}
        change = self._undo.find(group, item.device_name, int(plan["change_id"]))
        return None if change is None else self._undo.plan(change)


def _explain(plan: UndoPlan) -> Preview:
    """Say why nothing comes back."""
    if all(row.outcome is UndoOutcome.ALREADY for row in plan.rows) and not plan.reason:
        return Preview(verdict=Verdict.UNCHANGED, reason=ItemReason.UNCHANGED)
    params: dict[str, Any] = {"words": plan.reason} if plan.reason else {}
    if plan.later and not plan.reason:
        params = {"by": plan.later.username, "at": plan.later.at.isoformat()}
    reason = ItemReason.NOT_SENT if plan.reason else ItemReason.CHANGED_MEANWHILE
    return Preview(verdict=Verdict.REFUSED, reason=reason, params=params)
