"""Wrong passwords, counted for each account and each address."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select

from app.database import acquire_locks, writing
from app.edge.addresses import network_of
from app.portal.store.tables import LoginAttempt

WINDOW = timedelta(minutes=5)
_PER_ACCOUNT = 5
_PER_ADDRESS = 20


class LoginAttempts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, username: str, address: str, now: datetime) -> int | None:
        """Count a try before it is made, so that many at once cannot slip through; None = no more for now.

        The id it returns is for `discard`, once the try turns out not to have been a wrong password.
        """
        address = network_of(address)
        name = hashlib.sha256(username.casefold().encode()).hexdigest()  # one account, for many a backend
        with writing(self._engine) as db:
            acquire_locks(db.connection(), f"tries of {name}", f"tries from {address}")
            db.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - WINDOW))
            for condition, most in (
                (LoginAttempt.username_hash == name, _PER_ACCOUNT),
                (LoginAttempt.address == address, _PER_ADDRESS),
            ):
                if (db.scalar(select(func.count()).where(condition)) or 0) >= most:
                    return None
            row = LoginAttempt(username_hash=name, address=address, at=now)
            db.add(row)
            db.flush()
            return row.id

    def discard(self, attempt_id: int) -> None:
        with writing(self._engine) as db:
            db.execute(delete(LoginAttempt).where(LoginAttempt.id == attempt_id))
