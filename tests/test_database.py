"""Transactions and foreign keys in SQLite."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from app.database import connect, reading, snapshot, writing


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path}/notes.db")
    with writing(engine) as db:
        db.execute(text("CREATE TABLE notes (words PRIMARY KEY)"))
    yield engine
    engine.dispose()


COUNT, ADD = text("SELECT count(*) FROM notes"), text("INSERT INTO notes VALUES ('x')")


def test_reader_sees_snapshot(engine: Engine) -> None:
    with snapshot(engine) as reader:
        assert reader.scalar(COUNT) == 0
        with writing(engine) as writer:
            writer.execute(ADD)
        assert reader.scalar(COUNT) == 0
    with reading(engine) as reader:
        assert reader.scalar(COUNT) == 1


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with writing(engine) as db:
        db.execute(text("CREATE TABLE marks (note REFERENCES notes ON DELETE CASCADE)"))
        db.execute(ADD)
        db.execute(text("INSERT INTO marks VALUES ('x')"))
        db.execute(text("DELETE FROM notes"))
        assert db.scalar(text("SELECT count(*) FROM marks")) == 0
        with pytest.raises(IntegrityError):
            db.execute(text("INSERT INTO marks VALUES ('x')"))


def test_failed_transaction_is_rolled_back(engine: Engine) -> None:
    with suppress(ZeroDivisionError), writing(engine) as db:
        db.execute(ADD)
        raise ZeroDivisionError
    with reading(engine) as reader:
        assert reader.scalar(COUNT) == 0
