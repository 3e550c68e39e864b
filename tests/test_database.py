"""Transactions and foreign keys, over both databases."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from app.database import connect, reading, snapshot, writing
from tests.support import postgres

_POSTGRESQL = [
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(postgres.binaries() is None, reason=postgres.NOT_INSTALLED),
]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=_POSTGRESQL)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path}/notes.db"
        if request.param == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgresql"), "notes"))
        engine = connect(url)
        stack.callback(engine.dispose)
        with writing(engine) as db:
            db.execute(text("CREATE TABLE notes (words text PRIMARY KEY)"))
        yield engine


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
        db.execute(text("CREATE TABLE marks (note text REFERENCES notes ON DELETE CASCADE)"))
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
