"""Sign-ins whose password was right, and which wait for a code."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import reading, writing
from app.portal.store.encryption import EncryptedJson
from app.portal.store.sessions import SignIn
from app.portal.store.tables import Base, PlainText

_KEPT_FOR = timedelta(minutes=10)


class SignInStepRow(Base):
    """`sign_in` has the cookies of the platform's session. The browser's cookie holds the token."""

    __tablename__ = "portal_sign_in_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(PlainText(64), unique=True)
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson, nullable=False)
    kept_at: Mapped[datetime] = mapped_column(index=True)


class SignInSteps:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, sign_in: SignIn, now: datetime) -> str:
        """Return a token for ten minutes, which is stored nowhere else."""
        token = secrets.token_urlsafe(32)
        facts = {**asdict(sign_in), "backend_cookies": dict(sign_in.backend_cookies), "confirmed_at": None}
        with writing(self._engine) as db:
            db.execute(delete(SignInStepRow).where(SignInStepRow.kept_at < now - _KEPT_FOR))
            db.add(SignInStepRow(token_hash=_hash(token), sign_in=facts, kept_at=now))
        return token

    def find(self, token: str, now: datetime) -> SignIn | None:
        is_its_row = SignInStepRow.token_hash == _hash(token), SignInStepRow.kept_at >= now - _KEPT_FOR
        with reading(self._engine) as db:
            facts: Mapping[str, Any] | None = db.scalar(select(SignInStepRow.sign_in).where(*is_its_row))
        return SignIn(**facts) if facts else None

    def claim(self, token: str) -> bool:
        """Return True to the first who ends this step."""
        claimed = delete(SignInStepRow).where(SignInStepRow.token_hash == _hash(token)).returning(SignInStepRow.id)
        with writing(self._engine) as db:
            return db.execute(claimed).first() is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
