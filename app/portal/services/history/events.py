"""Events in the portal itself, for its history: sign-ins, refusals, support roles, ended sessions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.portal.domain.audit import NOWHERE, Action, Actor, Intent, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.store.audit import AuditLog
from app.portal.store.refusals import Refusals

_SAME_FOR = timedelta(hours=1)


class EventRecorder:
    def __init__(self, audit_log: AuditLog, refusals: Refusals) -> None:
        self._audit_log = audit_log
        self._refusals = refusals

    def record_sign_in(self, actor: Actor, group: GroupRef, now: datetime) -> None:
        self._record(Action.SIGN_IN, actor, group, now)

    def record_failed_sign_in(self, actor: Actor, now: datetime) -> None:
        """`actor` has the name as it was typed."""
        known, group = self._known(actor)
        self._record(Action.SIGN_IN, known, group, now, Result.REFUSED, Reason.WRONG_PASSWORD)

    def record_lockout(self, actor: Actor, now: datetime, pause: timedelta) -> None:
        """One entry a pause: whoever goes on trying does not fill the history."""
        known, group = self._known(actor)
        if not self._audit_log.has_event(Action.SIGN_IN, known, Reason.LOCKED_OUT, since=now - pause):
            self._record(Action.SIGN_IN, known, group, now, Result.REFUSED, Reason.LOCKED_OUT)

    def record_sign_out(self, actor: Actor, group: GroupRef, now: datetime) -> None:
        self._record(Action.SIGN_OUT, actor, group, now)

    def record_ended_sessions(self, actor: Actor, group: GroupRef, count: int, now: datetime, of: str = "") -> None:
        """`of` names the account where it is another's."""
        if count:
            whose = {"username": of} if of and of != actor.username else {}
            self._record(Action.SESSIONS_END, actor, group, now, after={"sessions": count, **whose})

    def record_reboot_by_hand(self, actor: Actor, group: GroupRef, device: str, now: datetime) -> None:
        """Record that somebody restarted the phone, so that no change waits for a reboot any more."""
        self._record(Action.MARK_REBOOTED, actor, group, now, device=device)

    def record_support_added(self, actor: Actor, username: str, now: datetime) -> None:
        self._record(Action.SUPPORT_ADD, actor, NOWHERE, now, after={"username": username})

    def record_support_removed(self, actor: Actor, username: str, now: datetime) -> None:
        self._record(Action.SUPPORT_REMOVE, actor, NOWHERE, now, after={"username": username})

    def record_factor_added(self, actor: Actor, now: datetime) -> None:
        self._record(Action.FACTOR_ADD, actor, self._group_of(actor), now)

    def record_factor_removed(self, actor: Actor, now: datetime, of: str) -> None:
        """`of` names the account where it is another's."""
        self._record(Action.FACTOR_REMOVE, actor, self._group_of(actor), now, after={"username": of} if of else {})

    def record_recovery_codes(self, actor: Actor, now: datetime) -> None:
        self._record(Action.RECOVERY_RENEW, actor, self._group_of(actor), now)

    def record_recovery_used(self, actor: Actor, left: int, now: datetime) -> None:
        self._record(Action.RECOVERY_USE, actor, self._group_of(actor), now, after={"left": left})

    def record_wrong_code(self, actor: Actor, now: datetime) -> None:
        """Without a reason, which pages of 0.2.0-rc1 could not show."""
        self._record(Action.FACTOR_USE, actor, self._group_of(actor), now, Result.REFUSED)

    def record_refusal(
        self,
        actor: Actor,
        group: GroupRef,
        device: str,
        permission: str,
        reason: Reason,
        now: datetime,
        count: int = 1,
    ) -> None:
        """Record writes that the portal itself refused; what came within the last hour is counted at its entry."""
        intent = Intent(Action.REFUSAL, group, device, before={}, after={"permission": permission})
        if self._refusals.repeat(intent, actor, reason, now - _SAME_FOR, now, count):
            return
        self._audit_log.record(intent, actor, now, Result.REFUSED, reason)
        if count > 1:
            self._refusals.repeat(intent, actor, reason, now - _SAME_FOR, now, count - 1)

    def _record(
        self,
        action: Action,
        actor: Actor,
        group: GroupRef,
        now: datetime,
        result: Result = Result.APPLIED,
        reason: Reason | None = None,
        *,
        device: str = "",
        after: Mapping[str, Any] | None = None,
    ) -> None:
        intent = Intent(action, group, device, before={}, after=after or {})
        self._audit_log.record(intent, actor, now, result, reason)

    def _group_of(self, actor: Actor) -> GroupRef:
        return self._audit_log.find_group(actor.username) or NOWHERE

    def _known(self, actor: Actor) -> tuple[Actor, GroupRef]:
        """A name that has signed in before is kept, for those whose scope it is in.

        Of any other only its beginning is: people type their password where the name belongs.
        """
        group = self._audit_log.find_group(actor.username)
        if group is not None:
            return actor, group
        name = actor.username
        begins = f"{name[:2]}…" if len(name) > 5 else "…"
        return Actor(username=begins, role="", address=actor.address, request_id=actor.request_id), NOWHERE
