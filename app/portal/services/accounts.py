"""Accounts: their sessions, and whether the platform still counts one as a system admin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiForbidden
from app.portal.domain.audit import Actor
from app.portal.domain.roles import Role, UserLevel
from app.portal.domain.search_words import split_words
from app.portal.domain.users import User
from app.portal.models.access_device import FoundDeviceList
from app.portal.services.history.events import EventRecorder
from app.portal.services.parts import read_part
from app.portal.services.support_roles import SupportRoles
from app.portal.store.jobs.jobs import JobStore
from app.portal.store.sessions import Sessions
from app.portal.store.tables import SessionRow

# The search is for system admins only, and no device has the broadcast MAC: the answer is short.
_SYSTEM_ADMIN_CALL = ("search", "device"), FoundDeviceList, {"insensitiveDeviceMacAddressContains": "FFFFFFFFFFFF"}


@dataclass(frozen=True)
class AccountSession:
    """A session that has not ended. `browser` is what the browser calls itself."""

    id: int
    username: str
    role: Role
    address: str
    browser: str
    signed_in_at: datetime
    seen_at: datetime


class Accounts:
    """Accounts as one user may look after them."""

    def __init__(
        self,
        api: ApiClient,
        sessions: Sessions,
        support_roles: SupportRoles,
        jobs: JobStore,
        events: EventRecorder,
        user: User,
        actor: Actor,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._sessions = sessions
        self._support_roles = support_roles
        self._jobs = jobs
        self._events = events
        self._user = user
        self._actor = actor
        self._now = now

    def begin_system_admin_check(self) -> None:
        path, _, query = _SYSTEM_ADMIN_CALL
        self._api.begin(path, query)

    def require_system_admin(self) -> bool:
        """Ask the platform whether the user is a system admin still: the role was read at sign-in.

        Return False where it does not tell, or has no such search; what was true at sign-in stands then. Raises
        ApiForbidden, ApiUnauthenticated.
        """
        path, answer_type, query = _SYSTEM_ADMIN_CALL
        failure = read_part(lambda: self._api.get(path, answer_type, query)).failure
        if isinstance(failure, ApiForbidden):
            raise failure
        return failure is None

    def own_sessions(self) -> Sequence[AccountSession]:
        """Return the newest first."""
        rows = self._sessions.list_alive(self._user.username, self._now())
        return [self._described(row) for row in rows]

    def find_sessions(self, text: str, limit: int) -> tuple[Sequence[AccountSession], int]:
        """Return sessions of accounts with these words in their names, seen last first, and how many there are."""
        rows, total = self._sessions.search_alive(self._now(), split_words(text), limit)
        return [self._described(row) for row in rows], total

    def count_sessions(self, username: str) -> int:
        """Return how many sessions of an account are open."""
        return len(self._sessions.list_alive(username, self._now()))

    def doubt_support_role(self, username: str) -> str:
        """Return in words why the support role may do nothing for an account; "" where it does."""
        level = self._sessions.find_last_level(username)
        if level is None:
            return f"{username} has not signed in to this portal lately. Check that the user name is right."
        if level != UserLevel.SYSTEM_ADMIN:
            return f"{username} is not a provider account, so the support role has no effect on it."
        return ""

    def end_own_session(self, session_id: int) -> int:
        """Return how many of the user's sessions were alive: 1 or 0."""
        self._jobs.withdraw_session(session_id, is_final=True)
        return self._record_own(self._sessions.end(self._user.username, self._now(), only=session_id))

    def end_other_own_sessions(self) -> int:
        """Return how many of the user's sessions were alive."""
        self._withdraw_from_jobs(self._user.username)
        return self._record_own(self._sessions.end(self._user.username, self._now(), but=self._user.session_id))

    def end_session(self, session_id: int) -> str | None:
        """End a session of any account. Return the account's name; None where the session was over."""
        row = self._sessions.end_by_id(session_id, self._now())
        self._jobs.withdraw_session(session_id, is_final=True)
        if row is None:
            return None
        self._events.record_ended_sessions(self._actor, row.group, 1, self._now(), of=row.username)
        return row.username

    def end_sessions_of(self, username: str) -> int:
        """End every session of an account, but for the user's present one. Return how many were alive."""
        groups = {row.group for row in self._sessions.list_alive(username, self._now())}
        self._withdraw_from_jobs(username)
        ended = self._sessions.end(username, self._now(), but=self._user.session_id)
        for group in groups:
            self._events.record_ended_sessions(self._actor, group, ended, self._now(), of=username)
        return ended

    def _withdraw_from_jobs(self, username: str) -> None:
        """Take every session but the user's present one from the jobs of an account."""
        for session_id in self._jobs.list_sessions(username):
            if session_id != self._user.session_id:
                self._jobs.withdraw_session(session_id, is_final=True)

    def _record_own(self, ended: int) -> int:
        self._events.record_ended_sessions(self._actor, self._user.group, ended, self._now())
        return ended

    def _described(self, row: SessionRow) -> AccountSession:
        role = self._support_roles.role_of(row.username, row.level, row.group)
        return AccountSession(row.id, row.username, role, row.address, row.browser, row.signed_in_at, row.seen_at)
