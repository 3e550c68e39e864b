"""Leases: the right of one process at a time to work on a row, until its end or for some seconds after a kill."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import insert_or_update
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.tables import PlainText

_FREE = {"lease_owner": None, "lease_since": None, "lease_until": 0.0}


class Leasable:
    """Columns of a table whose rows are leased. Times are seconds since 1970 by the database's clock."""

    lease_owner: Mapped[str | None] = mapped_column(PlainText(32))
    lease_since: Mapped[float | None]
    lease_until: Mapped[float]


@dataclass(frozen=True)
class Lease:
    """`key` is that of the row. Nobody else knows the `owner`, so that a lease that was lost cannot be used."""

    key: Mapping[str, Any] = field(hash=False)
    owner: str


class Leases:
    """The leases of one table. `new` holds the other columns of a row that is missing when it is leased."""

    def __init__(self, table: type[Any], clock: DatabaseClock, new: Mapping[str, Any]) -> None:
        self._table = table
        self._clock = clock
        self._new = new

    def acquire(
        self, db: Session, key: Mapping[str, Any], seconds: float, where: ColumnElement[bool] | None = None
    ) -> Lease | None:
        """Return a lease, or None where somebody has one or the row is not as `where` says."""
        owner, now = secrets.token_hex(16), self._clock.column
        taken = {"lease_owner": owner, "lease_since": now, "lease_until": now + seconds}
        is_free = self._table.lease_until < now
        if where is not None:
            is_free &= where
        is_taken = insert_or_update(
            db, self._table, key, {**self._new, **taken}, taken, is_free, self._clock.parameters
        )
        return Lease(key, owner) if is_taken else None

    def renew(self, db: Session, lease: Lease, seconds: float) -> bool:
        """Return False where the lease was lost."""
        return self.update(db, lease, lease_until=self._clock.column + seconds) is not None

    def release(self, db: Session, lease: Lease, **values: Any) -> float | None:
        """The same as `update`, and the row is free for others."""
        return self.update(db, lease, **_FREE, **values)

    def update(self, db: Session, lease: Lease, **values: Any) -> float | None:
        """Change the leased row; return since when it is leased, None where the lease was lost."""
        leased = select(self._table.lease_since).filter_by(**lease.key, lease_owner=lease.owner)
        since: float | None = db.scalar(leased.with_for_update())
        if since is not None:
            statement = update(self._table).filter_by(**lease.key).values(**values)
            db.execute(statement, self._clock.parameters, execution_options={"synchronize_session": False})
        return since
