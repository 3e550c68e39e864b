"""The audit log of one device: its pending reboot, its last reboot request, its last saved changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.portal.domain.audit import Action, Actor, Result
from app.portal.domain.refs import GroupRef
from app.portal.services.history.events import EventRecorder
from app.portal.store.audit import AuditLog

_MAY_BE_THERE = (Result.APPLIED, Result.UNKNOWN)


@dataclass(frozen=True)
class PastChange:
    """A change that was sent to the platform. `result` is UNKNOWN while nothing tells what became of it."""

    username: str
    at: datetime
    before: Mapping[str, object]
    after: Mapping[str, object]
    result: Result


class DeviceHistory:
    """Only changes made through the portal are known; of a device, its newest hundred."""

    def __init__(self, audit_log: AuditLog, events: EventRecorder, actor: Actor, now: Callable[[], datetime]) -> None:
        self._audit_log = audit_log
        self._events = events
        self._actor = actor
        self._now = now

    def reboot_pending_since(self, group: GroupRef, name: str) -> datetime | None:
        """Return when the device was last given what its phone has only after a reboot, if none was sent since."""
        return self._audit_log.reboot_pending_since(group, name).get(name)

    def mark_rebooted(self, group: GroupRef, name: str) -> bool:
        """Record that the phone was restarted by hand; return False where no change waits for that."""
        is_pending = self.reboot_pending_since(group, name) is not None
        if is_pending:
            self._events.record_reboot_by_hand(self._actor, group, name, self._now())
        return is_pending

    def last_reboot(self, group: GroupRef, name: str) -> PastChange | None:
        """Return the newest reboot request, whatever became of it."""
        return next(self._changes(group, name, Action.REBOOT), None)

    def last_saved_since(self, moment: datetime, group: GroupRef, name: str, action: Action) -> PastChange | None:
        """Return the newest change of this kind that took effect since then."""
        changes = self._changes(group, name, action)
        return next((change for change in changes if change.result is Result.APPLIED and change.at >= moment), None)

    def last_file_changes(self, group: GroupRef, name: str) -> Mapping[str, PastChange]:
        """Return by file the newest change of it that arrived, or may have."""
        arrived = [change for change in self._changes(group, name, Action.FILE) if change.result in _MAY_BE_THERE]
        return {str(change.after.get("file_format", "")): change for change in reversed(arrived)}

    def _changes(self, group: GroupRef, name: str, action: Action) -> Iterator[PastChange]:
        """Yield the newest first."""
        for change, outcome in self._audit_log.list_changes(group, name, action):
            result = Result(outcome.outcome) if outcome else Result.UNKNOWN
            yield PastChange(change.username, change.at, change.before, change.after, result)
