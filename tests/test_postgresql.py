"""Connections to PostgreSQL: what is sent over them, and how a pool notices that one has ended."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from app import database_watch
from app.database import DatabaseLimits, connect, reading, writing
from tests.support import postgres

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")

COUNT = text("SELECT count(*) FROM notes")
PROCESS = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(postgresql: str) -> Iterator[Engine]:
    """With a pool of one connection."""
    with postgres.database(postgresql, "notes") as url:
        engine = connect(url, DatabaseLimits(connections=1))
        with writing(engine) as db:
            db.execute(text("CREATE TABLE notes (words text)"))
        yield engine
        engine.dispose()


@pytest.fixture
def another(engine: Engine) -> Iterator[Engine]:
    another = connect(engine.url.render_as_string(hide_password=False))
    yield another
    another.dispose()


def process_of(engine: Engine) -> int:
    with reading(engine) as db:
        process: int = db.scalars(PROCESS).one()
    return process


def end_process(another: Engine, process: int) -> None:
    with another.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})


def test_single_statement_is_the_only_thing_sent(engine: Engine, another: Engine) -> None:
    process = process_of(engine)
    last = text("SELECT query, state FROM pg_stat_activity WHERE pid = :process")
    with reading(engine) as db:
        db.scalar(COUNT)
        with another.connect() as connection:
            assert connection.execute(last, {"process": process}).one() == (str(COUNT), "idle")
    with another.connect() as connection:
        assert connection.execute(last, {"process": process}).one() == (str(COUNT), "idle")


def test_ended_connection_is_replaced_before_it_is_used(engine: Engine, another: Engine) -> None:
    process = process_of(engine)
    end_process(another, process)
    assert process_of(engine) != process


def test_connection_that_was_long_unused_is_tried(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    process, tried = process_of(engine), list[str]()
    with engine.connect() as connection:
        monkeypatch.setattr(connection.connection.driver_connection, "execute", tried.append)
    assert process_of(engine) == process
    assert tried == []
    monkeypatch.setattr(database_watch, "_FRESH", 0.0)
    assert process_of(engine) == process
    assert tried == [""]
