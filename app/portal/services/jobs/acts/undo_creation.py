"""Deletion of a device that another job added."""

from app.portal.api.errors import ApiNotFound
from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.services.jobs.acts.act import ItemChanged
from app.portal.services.jobs.acts.delete import DeleteAct
from app.portal.services.undo.service import LaterChange, Undo
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem

_GONE = "The device was deleted, or replaced by a new one with the same name."


class UndoCreationAct:
    """A device that somebody changed since it was added is left alone."""

    def __init__(self, undo: Undo, delete: DeleteAct) -> None:
        self._undo = undo
        self._delete = delete

    def preview(self, item: JobItem) -> Preview:
        try:
            later = self._find_later(item)
        except ApiNotFound:
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.NOT_SENT, params={"words": _GONE})
        if later:
            params = {"by": later.username, "at": later.at.isoformat()}
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.CHANGED_MEANWHILE, params=params)
        return self._delete.preview(item)

    def carry_out(self, item: JobItem) -> bool:
        if later := self._find_later(item):
            raise ItemChanged(later.username, later.at.isoformat())
        return self._delete.carry_out(item)

    def _find_later(self, item: JobItem) -> LaterChange | None:
        """Return what was changed since. Raise ApiNotFound where the device is no longer the one that was added."""
        change_id = int((item.plan or {})["change_id"])
        creation = self._undo.find_creation(item.group, item.device_name, change_id)
        if creation is None:
            raise ApiNotFound("the device was deleted, or replaced by a new one")
        return self._undo.find_change_since(creation)
