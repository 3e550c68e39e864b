"""Wrong passwords, counted for each account and each address."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select

from app.database import one_at_a_time, writing
from app.portal.store.tables import SignInTry

WINDOW = timedelta(minutes=5)
_PER_ACCOUNT = 5
_PER_ADDRESS = 20


class Tries:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, username: str, address: str, now: datetime) -> int | None:
        """Count a try before it is made, so that many at once cannot slip through; None = no more for now.

        The id it returns is for `forgive`, once the try turns out not to have been a wrong password.
        """
        name = hashlib.sha256(username.casefold().encode()).hexdigest()  # one account, for many a backend
        with writing(self._engine) as db:
            one_at_a_time(db.connection(), f"tries of {name}", f"tries from {address}")
            db.execute(delete(SignInTry).where(SignInTry.at <= now - WINDOW))
            for mine, most in (
                (SignInTry.username_hash == name, _PER_ACCOUNT),
                (SignInTry.address == address, _PER_ADDRESS),
            ):
                if (db.scalar(select(func.count()).where(mine)) or 0) >= most:
                    return None
            row = SignInTry(username_hash=name, address=address, at=now)
            db.add(row)
            db.flush()
            return row.id

    def forgive(self, try_id: int) -> None:
        with writing(self._engine) as db:
            db.execute(delete(SignInTry).where(SignInTry.id == try_id))
