"""Sessions. The row alone decides; the browser only holds a token that finds it."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.database import acquire_locks, reading, snapshot, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.list_settings import ListColumnsRow, SavedView
from app.portal.store.tables import SessionRow

_SEEN_EVERY = timedelta(minutes=1)
_FORGET_AFTER = timedelta(days=30)
# Asked for with every page, so it is put together once, and read without an ORM session.
_LIST_COLUMNS = select(ListColumnsRow.columns).where(ListColumnsRow.username == SessionRow.username)
_SAVED_VIEWS = select(func.count()).select_from(SavedView).where(SavedView.username == SessionRow.username)
_SESSIONS = select(
    SessionRow.id,
    SessionRow.username,
    SessionRow.level,
    SessionRow.tenant_id,
    SessionRow.group_id,
    SessionRow.must_change_password,
    SessionRow.__table__.c.backend_cookies,
    SessionRow.signed_in_at,
    SessionRow.seen_at,
    SessionRow.ended_at,
    SessionRow.account,
    SessionRow.confirmed_at,
    _LIST_COLUMNS.scalar_subquery(),
    _SAVED_VIEWS.scalar_subquery(),
)
_BY_TOKEN = _SESSIONS.where(SessionRow.token_hash == bindparam("token_hash"))
_BY_ID = _SESSIONS.where(SessionRow.id == bindparam("session_id"))


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """The facts of a sign-in."""

    username: str
    level: int
    tenant_id: str | None
    group_id: str | None
    must_change_password: bool
    backend_cookies: Mapping[str, str]
    address: str
    browser: str
    account: str = ""
    confirmed_at: datetime | None = None


@dataclass(slots=True)
class StoredSession:
    """A session with what pages need of its account; `saved_views` is their number. The fields are those of _SESSIONS.

    Every request has one, and a row of the ORM takes ten times as long to make.
    """

    id: int
    username: str
    level: int
    tenant_id: str | None
    group_id: str | None
    must_change_password: bool
    backend_cookies: dict[str, str] | None
    signed_in_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    account: str | None
    confirmed_at: datetime | None
    list_columns: str | None
    saved_views: int

    @property
    def group(self) -> GroupRef:
        return GroupRef(self.tenant_id or "", self.group_id or "")


class Sessions:
    """`most`: how many an account has at the same time."""

    def __init__(self, engine: Engine, idle: timedelta, absolute: timedelta, most: int) -> None:
        self._engine = engine
        self._idle = idle
        self._absolute = absolute
        self._most = most

    def start(self, sign_in: SignIn, now: datetime) -> tuple[str, int]:
        """Return the token of a new session, which is stored nowhere else, and how many others it ended.

        Of those that are too many the ones end that were not used for the longest time.
        """
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as db:
            acquire_locks(db.connection(), f"sessions of {sign_in.username}")
            db.execute(delete(SessionRow).where(SessionRow.seen_at < now - _FORGET_AFTER))
            last_used_first = (
                select(SessionRow.id)
                .where(SessionRow.username == sign_in.username, *self._alive(now))
                .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
            )
            surplus = db.scalars(last_used_first).all()[self._most - 1 :]
            if surplus:
                db.execute(update(SessionRow).where(SessionRow.id.in_(surplus)).values(ended_at=now))
            db.add(SessionRow(token_hash=_hash(token), signed_in_at=now, seen_at=now, **asdict(sign_in)))
        return token, len(surplus)

    def find(self, token: str) -> StoredSession | None:
        """Return the session of a token, alive or not."""
        return self._find(_BY_TOKEN, token_hash=_hash(token))

    def load(self, session_id: int) -> StoredSession | None:
        """Return the session of an id, alive or not."""
        return self._find(_BY_ID, session_id=session_id)

    def is_alive(self, row: StoredSession, now: datetime) -> bool:
        return row.ended_at is None and self._is_young(row.seen_at, row.signed_in_at, now)

    def keep_cookies(self, row: StoredSession, cookies: Mapping[str, str]) -> None:
        with writing(self._engine) as db:
            db.execute(update(SessionRow).where(SessionRow.id == row.id).values(backend_cookies=dict(cookies)))

    def extend(self, row: StoredSession, now: datetime) -> None:
        """Renew the idle time; at most one write a minute."""
        if now - row.seen_at >= min(_SEEN_EVERY, self._idle / 10):
            with writing(self._engine) as db:
                db.execute(update(SessionRow).where(SessionRow.id == row.id).values(seen_at=now))

    def confirm(self, session_id: int, now: datetime) -> None:
        """Record that a code of the second factor was entered in this session."""
        with writing(self._engine) as db:
            db.execute(update(SessionRow).where(SessionRow.id == session_id).values(confirmed_at=now))

    def list_alive(self, username: str, now: datetime) -> Sequence[SessionRow]:
        """Return the sessions of an account that are not over, the newest first."""
        statement = (
            select(SessionRow)
            .where(SessionRow.username == username, *self._alive(now))
            .order_by(SessionRow.signed_in_at.desc(), SessionRow.id.desc())
        )
        with reading(self._engine) as db:
            return db.scalars(statement).all()

    def find_last_level(self, username: str) -> int | None:
        """Return the level at the last sign-in of an account, in whatever case; None where no sign-in is kept."""
        named = func.lower(SessionRow.username) == username.lower()
        newest = select(SessionRow.level).where(named).order_by(SessionRow.id.desc()).limit(1)
        with reading(self._engine) as db:
            return db.scalar(newest)

    def search_alive(self, now: datetime, parts: Sequence[str], most: int) -> tuple[Sequence[SessionRow], int]:
        """Return sessions of accounts with these in their names, the last used first, and how many there are."""
        named = [SessionRow.username.icontains(part, autoescape=True) for part in parts]
        alive = (*self._alive(now), *named)
        with snapshot(self._engine) as db:
            total = db.scalar(select(func.count()).select_from(SessionRow).where(*alive)) or 0
            newest = select(SessionRow).where(*alive).order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
            return db.scalars(newest.limit(most)).all(), total

    def count(self, db: Session, now: datetime) -> int:
        return db.scalar(select(func.count()).select_from(SessionRow).where(*self._alive(now))) or 0

    def end_by_id(self, session_id: int, now: datetime) -> SessionRow | None:
        """End a session of any account. Return None where it was over."""
        ending = update(SessionRow).where(SessionRow.id == session_id, *self._alive(now)).values(ended_at=now)
        with writing(self._engine) as db:
            return db.scalars(ending.returning(SessionRow)).one_or_none()

    def end(self, username: str, now: datetime, *, only: int | None = None, but: int | None = None) -> int:
        """End sessions of one account: the one with id `only`, or all but the one with id `but`.

        Return how many were alive. Those that are over by their age end too, so that no request renews them.
        """
        statement = update(SessionRow).where(SessionRow.username == username, SessionRow.ended_at.is_(None))
        if only is not None:
            statement = statement.where(SessionRow.id == only)
        if but is not None:
            statement = statement.where(SessionRow.id != but)
        with writing(self._engine) as db:
            rows = db.execute(statement.values(ended_at=now).returning(SessionRow.seen_at, SessionRow.signed_in_at))
            return sum(self._is_young(seen_at, signed_in_at, now) for seen_at, signed_in_at in rows)

    def _find(self, statement: Select[Any], **parameters: Any) -> StoredSession | None:
        with self._engine.connect() as connection:
            row = connection.execute(statement, parameters).first()
        return StoredSession(*row) if row else None

    def _is_young(self, seen_at: datetime, signed_in_at: datetime, now: datetime) -> bool:
        return now < seen_at + self._idle and now < signed_in_at + self._absolute

    def _alive(self, now: datetime) -> Sequence[ColumnElement[bool]]:
        return (
            SessionRow.ended_at.is_(None),
            SessionRow.seen_at > now - self._idle,
            SessionRow.signed_in_at > now - self._absolute,
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
