"""The database's clock: what nodes whose own clocks differ agree about.

A SQLite file has the clock of the machine that it is on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Double, Engine, bindparam, cast, func, select
from sqlalchemy.orm import Session


class DatabaseClock:
    """Gives SQL expressions of the time in seconds since 1970, and the parameters that they need."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._is_local = engine.dialect.name == "sqlite"
        self._now = now

    @property
    def column(self) -> ColumnElement[float]:
        if self._is_local:
            return bindparam("clock_now", type_=Double)
        return cast(func.extract("epoch", func.clock_timestamp()), Double)

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"clock_now": self._now().timestamp()} if self._is_local else {}

    def read(self, db: Session) -> float:
        """Return the seconds since 1970."""
        return db.execute(select(self.column), self.parameters).scalar_one()
