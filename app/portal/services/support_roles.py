"""The support role, which only the portal knows: it narrows what a system admin may do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.portal.domain.audit import Actor
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Role, UserLevel, role_of
from app.portal.services.history.events import EventRecorder
from app.portal.store.support_accounts import SupportAccounts


@dataclass(frozen=True)
class SupportMember:
    """An account with the support role, who gave it and when."""

    username: str
    added_at: datetime
    added_by: str


class SupportRoles:
    """Give the support role and remove it; each change is recorded."""

    def __init__(self, accounts: SupportAccounts, events: EventRecorder, now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._events = events
        self._now = now

    def list(self) -> Sequence[SupportMember]:
        return [SupportMember(row.username, row.named_at, row.named_by) for row in self._accounts.all()]

    def has(self, username: str) -> bool:
        return self._accounts.includes(username)

    def give(self, username: str, actor: Actor) -> bool:
        """Return False where the account has the role already."""
        is_new = self._accounts.add(username, actor.username, self._now())
        if is_new:
            self._events.record_support_added(actor, username, self._now())
        return is_new

    def remove(self, username: str, actor: Actor) -> bool:
        """Return False where the account does not have the role."""
        was_support = self._accounts.remove(username)
        if was_support:
            self._events.record_support_removed(actor, username, self._now())
        return was_support

    def role_of(self, username: str, level: int, group: GroupRef) -> Role:
        """Return the role of an account; `level` and `group` are what the backend says of it."""
        is_support = level == UserLevel.SYSTEM_ADMIN and self._accounts.includes(username)
        return role_of(level, group, is_support=is_support)
