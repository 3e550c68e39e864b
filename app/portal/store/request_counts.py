"""Requests of the current minute, counted by all processes and nodes together, by the database's clock."""

from sqlalchemy import BigInteger, Engine, String, case, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.database import insert_or_update, writing
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.tables import Base

WINDOW = 60  # seconds


class RequestCount(Base):
    """The requests of one kind that an account or an address made in a minute; the key is a hash of the three."""

    __tablename__ = "portal_request_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column(BigInteger, index=True)  # since 1970
    count: Mapped[int]


class RequestCounts:
    def __init__(self, engine: Engine, clock: DatabaseClock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, key: str, count: int) -> tuple[int, float]:
        """Add requests. Return how many there are in this minute, and for how many seconds it lasts."""
        with writing(self._engine) as db:
            now = self._clock.read(db)
            minute = int(now // WINDOW)
            same_minute = RequestCount.minute == minute
            changed = {"minute": minute, "count": case((same_minute, RequestCount.count + count), else_=count)}
            insert_or_update(db, RequestCount, {"key": key}, {"minute": minute, "count": count}, changed)
            total = db.scalar(select(RequestCount.count).where(RequestCount.key == key)) or count
        return total, (minute + 1) * WINDOW - now

    def remove_expired(self) -> None:
        with writing(self._engine) as db:
            db.execute(delete(RequestCount).where(RequestCount.minute < int(self._clock.read(db) // WINDOW)))
