"""SQLite and PostgreSQL for both applications: connections, transactions, locks, migrations."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.orm import Session

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_BUSY_MILLISECONDS = 5_000  # a writer waits for another at most
_CACHE_KILOBYTES = 16_384  # of a connection; a long list does not fit into SQLite's default of 2,000
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def connect(url: str) -> Engine:
    """Create an engine, and the folder of a SQLite file if it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)  # parameters hold secrets, logs must not
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session that sees one snapshot of the database and writes nothing."""
    with Session(engine.execution_options(**_READS[engine.dialect.name]), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session whose changes are committed together at the end, or not at all."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session, session.begin():
        yield session


def acquire_locks(connection: Connection, *names: str, no_timeout: bool = False) -> None:
    """Hold locks on these names until this writing transaction ends; `no_timeout` is for the start of a server."""
    if connection.dialect.name == "postgresql":  # in SQLite writers take turns anyway
        if no_timeout:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        keys = {int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names}
        for key in sorted(keys):  # always in one order, or two transactions could wait for each other
            connection.execute(select(func.pg_advisory_xact_lock(key)))


def upgrade(engine: Engine, migrations: Path, version_table: str) -> bool:
    """Upgrade an application's tables, and return True if it had none; each application has its `version_table`."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with engine.execution_options(writes=True).begin() as connection:
        acquire_locks(connection, version_table, no_timeout=True)
        config.attributes.update(connection=connection, version_table=version_table)
        is_new = not inspect(connection).has_table(version_table)
        command.upgrade(config, "head")
    return is_new


def _prepare_postgresql(connection: Any, _record: object) -> None:
    # The default is no timeout: behind a writer whose network broke, all others would wait for hours.
    connection.execute(f"SET lock_timeout = {_BUSY_MILLISECONDS}")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: _begin_sqlite sends it.
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows A to Z only
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Any) -> None:
    # A transaction that starts as a reader and then writes fails at once if another wrote in between; one that
    # starts as a writer waits.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
