"""Signing in, sessions, and how far an account reaches."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine, bindparam, delete, func, select
from sqlalchemy.orm import Session

from app.database import reading, writing
from app.reference_api.errors import NoSession
from app.reference_api.tables import Account, SignedIn, WrongPassword

WRONG_PASSWORDS = 5
WINDOW = LOCK = timedelta(minutes=5)

_CALLER = (
    select(Account.username, Account.level, Account.tenant_id, Account.group_id)
    .join(SignedIn, SignedIn.username == Account.username)
    .where(SignedIn.token_hash == bindparam("token_hash"), SignedIn.expires_at > bindparam("now"))
)


class Level(IntEnum):
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

    def reaches(self, tenant_id: str, group_id: str | None = None) -> bool:
        """Whether the tenant, or the group of it, exists for this account."""
        if self.level >= Level.SYSTEM_ADMIN:
            return True
        if tenant_id != self.tenant_id:
            return False
        return self.level >= Level.TENANT_ADMIN or group_id is None or group_id == self.group_id


class Door:
    """Signs accounts in. Unknown, wrong and locked cost one verification each and read the same."""

    def __init__(
        self, engine: Engine, hasher: PasswordHasher, clock: Callable[[], datetime], lifetime: timedelta
    ) -> None:
        self._engine = engine
        self._hasher = hasher
        self._clock = clock
        self._lifetime = lifetime
        self._nobody = hasher.hash(secrets.token_urlsafe())

    def sign_in(self, username: str, password: str) -> tuple[str, Account]:
        """The new session's token, and whose it is. Raises NoSession.

        The password is verified before the transaction that decides, so that no lock is held meanwhile;
        decisions come one after the other, so parallel guesses learn no more than five answers.
        """
        with reading(self._engine) as session:
            account = session.get(Account, username)
        right = self._verify(account.password_hash if account else self._nobody, password)
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as session:
            account = session.get(Account, username, with_for_update=True)
            accepted = self._decide(session, account, right)
            if account and accepted:
                self._open(session, account, token)
        if not (account and accepted):
            raise NoSession("The username or the password is wrong.")
        return token, account

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False

    def _decide(self, session: Session, account: Account | None, right: bool) -> bool:
        now = self._clock()
        if account is None or (account.locked_until and now < account.locked_until):
            return False
        if not right:
            self._note_wrong(session, account, now)
        return right

    def _note_wrong(self, session: Session, account: Account, now: datetime) -> None:
        mine = WrongPassword.username == account.username
        session.execute(delete(WrongPassword).where(mine, WrongPassword.at <= now - WINDOW))
        session.add(WrongPassword(username=account.username, at=now))
        session.flush()
        if (session.scalar(select(func.count()).where(mine)) or 0) >= WRONG_PASSWORDS:
            account.locked_until = now + LOCK
            session.execute(delete(WrongPassword).where(mine))

    def _open(self, session: Session, account: Account, token: str) -> None:
        now = self._clock()
        session.execute(delete(SignedIn).where(SignedIn.expires_at <= now))
        session.add(SignedIn(token_hash=_hash(token), username=account.username, expires_at=now + self._lifetime))

    def sign_out(self, token: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(SignedIn).where(SignedIn.token_hash == _hash(token)))

    def caller(self, session: Session, token: str) -> Caller:
        """Whose live session the token opens. Raises NoSession."""
        found = session.execute(_CALLER, {"token_hash": _hash(token), "now": self._clock()}).one_or_none()
        if found is None:
            raise NoSession
        return Caller(*found)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
