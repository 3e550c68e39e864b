"""Limits of PostgreSQL connections."""

from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.database import DatabaseLimits, connect, reading, snapshot
from app.serving import describe_connections
from tests.support import postgres
from tests.support.world import OWNER, World, settings_in

postgres.skip_without()
pytestmark = pytest.mark.xdist_group("postgresql")

LIMITS = DatabaseLimits(connections=1, connect=0.2, statement=0.1, idle_in_transaction=0.2, tcp=7)


def test_long_statement_is_cancelled(postgresql: str) -> None:
    engine = connect(postgresql, LIMITS)
    with pytest.raises(OperationalError, match="statement timeout"), reading(engine) as db:
        db.execute(text("SELECT pg_sleep(20)"))
    engine.dispose()


def test_idle_transaction_is_ended(postgresql: str) -> None:
    engine, watcher = connect(postgresql, LIMITS), connect(postgresql)
    with snapshot(engine) as db:
        pid = db.scalar(text("SELECT pg_backend_pid()"))
        is_alive = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
        began = monotonic()
        while True:
            with watcher.connect() as other:
                if not other.scalar(is_alive, {"pid": pid}):
                    break
            assert monotonic() - began < 10
        db.invalidate()
    engine.dispose()
    watcher.dispose()


def test_waiting_for_free_connection_ends(postgresql: str) -> None:
    engine = connect(postgresql, LIMITS)
    with engine.connect(), pytest.raises(PoolTimeoutError), engine.connect():
        pass
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_silent_connection_counts_as_broken(postgresql: str) -> None:
    engine = connect(postgresql, LIMITS)
    with engine.connect() as connection:
        parameters = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    assert parameters["tcp_user_timeout"] == "7000"
    assert parameters["keepalives_idle"] == "7"
    assert parameters["connect_timeout"] == "1"
    engine.dispose()


def test_server_that_stands_still_is_away(postgresql: str) -> None:
    engine = connect(postgresql, replace(LIMITS, connections=2, connect=2, statement=0, tcp=2))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    began = monotonic()
    with postgres.frozen(postgresql):
        for _ in range(2):  # over a connection that it had, and over a new one
            with pytest.raises(OperationalError), engine.connect() as connection:
                connection.scalar(text("SELECT 1"))
    assert 3 < monotonic() - began < 20
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_long_statement_is_no_standing_server(postgresql: str) -> None:
    engine = connect(postgresql, replace(LIMITS, statement=0, tcp=0.5))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(2.2)")) == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("each", "verdict"),
    [
        (10, "30 (3 processes, 10 each): enough for 3 such nodes."),
        (100, "300 (3 processes, 100 each): too many. Lower"),
    ],
)
def test_start_tells_sum_of_connections(postgresql: str, tmp_path: Path, each: int, verdict: str) -> None:
    settings = settings_in(tmp_path, database_url=postgresql, workers=2, jobs="on", database_connections=each)
    words = describe_connections(settings)
    assert words.startswith("PostgreSQL accepts 97 connections, ")
    assert f"This node opens up to {verdict}" in words
    assert describe_connections(settings_in(tmp_path)) == ""


def test_page_without_free_connection_says_so(postgresql_world: World) -> None:
    world = postgresql_world
    app = world.another_portal(database_connections=1, database_connect_timeout=0.1)
    browser = world.browser(OWNER, app)
    with world.held_by(app).engine.connect():
        page = browser.get("/account")
    assert (page.status, page.h1) == (503, "The portal’s database is not available")
    assert OWNER.username in browser.get("/account").words
