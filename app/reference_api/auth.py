"""Signing in, sessions, and how far an account reaches."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine, bindparam, delete, func, select
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.password_hashing import LimitedHasher
from app.reference_api.errors import NoSession
from app.reference_api.tables import AccountSession, UserAccount, WrongPassword

MAX_WRONG_PASSWORDS = 5
WINDOW = LOCK = timedelta(minutes=5)

_CALLER = (
    select(UserAccount.username, UserAccount.level, UserAccount.tenant_id, UserAccount.group_id)
    .join(AccountSession, AccountSession.username == UserAccount.username)
    .where(AccountSession.token_hash == bindparam("token_hash"), AccountSession.expires_at > bindparam("now"))
)


class UserLevel(IntEnum):
    END_USER = 0
    DEPARTMENT_ADMIN = 4
    GROUP_ADMIN = 8
    TENANT_ADMIN = 12
    SYSTEM_ADMIN = 16


@dataclass(frozen=True)
class Caller:
    username: str
    level: int
    tenant_id: str | None
    group_id: str | None

    def can_reach(self, tenant_id: str, group_id: str | None = None) -> bool:
        if self.level >= UserLevel.SYSTEM_ADMIN:
            return True
        if tenant_id != self.tenant_id:
            return False
        return self.level >= UserLevel.TENANT_ADMIN or group_id is None or group_id == self.group_id


class Authenticator:
    """Unknown, wrong and locked cost one verification each and get the same answer."""

    def __init__(
        self, engine: Engine, hasher: LimitedHasher, clock: Callable[[], datetime], lifetime: timedelta
    ) -> None:
        self._engine = engine
        self._hasher = hasher
        self._clock = clock
        self._lifetime = lifetime
        self._dummy_hash = hasher.hash(secrets.token_urlsafe())

    def sign_in(self, username: str, password: str) -> tuple[str, UserAccount]:
        """Return the token of a new session, and its account. Raises NoSession.

        The password is verified before the transaction that decides, so that no lock is held meanwhile;
        decisions come one after the other, so parallel guesses learn no more than five answers.
        """
        with reading(self._engine) as session:
            account = session.get(UserAccount, username)
        is_correct = self._verify(account.password_hash if account else self._dummy_hash, password)
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as session:
            account = session.get(UserAccount, username, with_for_update=True)
            is_accepted = self._decide(session, account, is_correct)
            if account and is_accepted:
                self._start_session(session, account, token)
        if not (account and is_accepted):
            raise NoSession("The username or the password is wrong.")
        return token, account

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False

    def _decide(self, session: Session, account: UserAccount | None, is_correct: bool) -> bool:
        now = self._clock()
        if account is None or (account.locked_until and now < account.locked_until):
            return False
        if not is_correct:
            self._record_wrong_password(session, account, now)
        return is_correct

    def _record_wrong_password(self, session: Session, account: UserAccount, now: datetime) -> None:
        of_account = WrongPassword.username == account.username
        session.execute(delete(WrongPassword).where(of_account, WrongPassword.given_at <= now - WINDOW))
        session.add(WrongPassword(username=account.username, given_at=now))
        session.flush()
        if (session.scalar(select(func.count()).where(of_account)) or 0) >= MAX_WRONG_PASSWORDS:
            account.locked_until = now + LOCK
            session.execute(delete(WrongPassword).where(of_account))

    def _start_session(self, session: Session, account: UserAccount, token: str) -> None:
        now = self._clock()
        session.execute(delete(AccountSession).where(AccountSession.expires_at <= now))
        session.add(AccountSession(token_hash=_hash(token), username=account.username, expires_at=now + self._lifetime))

    def sign_out(self, token: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(AccountSession).where(AccountSession.token_hash == _hash(token)))

    def find_caller(self, session: Session, token: str) -> Caller:
        """Raises NoSession."""
        row = session.execute(_CALLER, {"token_hash": _hash(token), "now": self._clock()}).one_or_none()
        if row is None:
            raise NoSession
        return Caller(*row)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
