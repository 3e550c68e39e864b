"""The time by the database's clock, on a node whose own clock is wrong."""

from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from app import database_time
from app.database import connect
from app.database_time import DatabaseTime, utc_now
from tests.support import postgres
from tests.support.waiting import wait_until

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")

NOW_AND_THEN = timedelta(seconds=2)


def is_now(moment: datetime) -> bool:
    return moment.tzinfo is not None and abs(moment - datetime.now(UTC)) < NOW_AND_THEN


def fast_clock() -> datetime:
    return utc_now() + timedelta(minutes=5)


def refuse(*_args: object) -> NoReturn:
    raise OperationalError("connect", None, ConnectionRefusedError())


def cut_off(engine: Engine) -> None:
    event.listen(engine, "checkout", refuse)
    engine.dispose()


def test_sqlite_has_clock_of_its_machine() -> None:
    engine = connect("sqlite://")
    assert is_now(DatabaseTime(engine)())
    assert not is_now(DatabaseTime(engine, fast_clock)())


def test_time_is_that_of_postgresql(postgresql: str) -> None:
    engine = connect(postgresql)
    assert is_now(DatabaseTime(engine, fast_clock)())
    engine.dispose()


def test_time_goes_on_without_database(
    postgresql: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = connect(postgresql)
    now = DatabaseTime(engine, fast_clock)
    first = now()
    cut_off(engine)
    monkeypatch.setattr(database_time, "_ASK_EVERY", 0.0)
    assert first < now()
    wait_until(lambda: "time of the database is not known" in caplog.text, 10)
    assert is_now(now())


def test_node_without_database_has_its_own_time(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(postgresql)
    cut_off(engine)
    now = DatabaseTime(engine, fast_clock)
    assert not is_now(now())
    event.remove(engine, "checkout", refuse)
    monkeypatch.setattr(database_time, "_ASK_FIRST", 0.0)
    assert is_now(now())
    engine.dispose()


def test_slow_answer_moves_no_clock(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = connect(postgresql)
    now = DatabaseTime(engine)
    now()
    before = now._last_reading
    monkeypatch.setattr(database_time, "_PRECISE", 0.0)
    now._ask()
    assert now._last_reading is before
    monkeypatch.setattr(database_time, "_COUNTS_FOR", 0.0)
    now._ask()
    assert now._last_reading is not before
    engine.dispose()
