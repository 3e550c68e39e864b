"""Second factors: the secret of an account's codes, which code was used last, and recovery codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, ForeignKey, delete, exists, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import acquire_locks, reading, snapshot, writing
from app.portal.store.encryption import EncryptedJson
from app.portal.store.tables import Base, LongText, PlainText, SessionRow


class SecondFactorRow(Base):
    """`account` names the platform and the account on it. Codes up to that of `last_step` were used, or are too old."""

    __tablename__ = "portal_second_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(LongText, unique=True)
    username: Mapped[str] = mapped_column(PlainText(161))
    secret: Mapped[str | None] = mapped_column(EncryptedJson, nullable=False)
    last_step: Mapped[int]
    created_at: Mapped[datetime]


class RecoveryCodeRow(Base):
    __tablename__ = "portal_recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    factor_id: Mapped[int] = mapped_column(ForeignKey("portal_second_factors.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(PlainText(64))
    used_at: Mapped[datetime | None]


@dataclass(frozen=True)
class StoredFactor:
    """`secret` is None where no key opens it. `codes` is how many recovery codes are left."""

    id: int
    username: str
    secret: str | None
    created_at: datetime
    codes: int


class FactorStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has(self, account: str) -> bool:
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(SecondFactorRow.account == account))))

    def find(self, account: str) -> StoredFactor | None:
        with snapshot(self._engine) as db:
            row = db.scalar(select(SecondFactorRow).where(SecondFactorRow.account == account))
            if row is None:
                return None
            left = select(func.count()).where(RecoveryCodeRow.factor_id == row.id, RecoveryCodeRow.used_at.is_(None))
            return StoredFactor(row.id, row.username, row.secret, row.created_at, db.scalar(left) or 0)

    def list(self) -> Sequence[tuple[str, datetime]]:
        """Return the user names that have one, and since when."""
        statement = select(SecondFactorRow.username, SecondFactorRow.created_at).order_by(SecondFactorRow.username)
        with reading(self._engine) as db:
            return [(username, created_at) for username, created_at in db.execute(statement)]

    def add(
        self, account: str, username: str, secret: str, step: int, code_hashes: Sequence[str], now: datetime
    ) -> bool:
        """Return False where the account has one already."""
        with writing(self._engine) as db:
            acquire_locks(db.connection(), f"second factor of {account}")
            if db.scalar(select(SecondFactorRow.id).where(SecondFactorRow.account == account)) is not None:
                return False
            row = SecondFactorRow(account=account, username=username, secret=secret, last_step=step, created_at=now)
            db.add(row)
            db.flush()
            _add_codes(db, row.id, code_hashes)
            return True

    def replace_codes(self, factor_id: int, code_hashes: Sequence[str]) -> None:
        with writing(self._engine) as db:
            db.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.factor_id == factor_id))
            _add_codes(db, factor_id, code_hashes)

    def use_step(self, factor_id: int, step: int) -> bool:
        """Return False where the code of this step, or of a later one, was used before, on whichever node."""
        unused = update(SecondFactorRow).where(SecondFactorRow.id == factor_id, SecondFactorRow.last_step < step)
        with writing(self._engine) as db:
            return db.execute(unused.values(last_step=step).returning(SecondFactorRow.id)).first() is not None

    def use_code(self, factor_id: int, code_hash: str, now: datetime) -> bool:
        """Return False for what is no recovery code, or one that was used before."""
        unused = update(RecoveryCodeRow).where(
            RecoveryCodeRow.factor_id == factor_id,
            RecoveryCodeRow.code_hash == code_hash,
            RecoveryCodeRow.used_at.is_(None),
        )
        with writing(self._engine) as db:
            return db.execute(unused.values(used_at=now).returning(RecoveryCodeRow.id)).first() is not None

    def remove(self, account: str) -> bool:
        """Remove the factor; sessions of the account count as without a code. Return False where there was none."""
        with writing(self._engine) as db:
            removed = delete(SecondFactorRow).where(SecondFactorRow.account == account).returning(SecondFactorRow.id)
            was_there = db.execute(removed).first() is not None
            db.execute(update(SessionRow).where(SessionRow.account == account).values(confirmed_at=None))
            return was_there

    def list_accounts(self, username: str) -> Sequence[str]:
        """Return the accounts of a user name, whatever its case, that have a second factor."""
        named = func.lower(SecondFactorRow.username) == username.lower()
        with reading(self._engine) as db:
            return db.scalars(select(SecondFactorRow.account).where(named)).all()


def _add_codes(db: Session, factor_id: int, code_hashes: Sequence[str]) -> None:
    db.add_all(RecoveryCodeRow(factor_id=factor_id, code_hash=code_hash, used_at=None) for code_hash in code_hashes)
