"""SQLite and PostgreSQL for both applications: connections, transactions, locks, migrations."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    InterfaceError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
    PendingRollbackError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.sqlite import BUSY_SECONDS, FileReplaced, connect_sqlite

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_ENGINES = 16  # of a process, with options of their own
_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_SNAPSHOTS: dict[str, dict[str, Any]] = {
    "sqlite": {"snapshot": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_WRITES: dict[str, dict[str, Any]] = {
    "sqlite": {"writes": True},
    "postgresql": {"writes": True, "isolation_level": "READ COMMITTED"},
}


@dataclass(frozen=True, kw_only=True)
class DatabaseLimits:
    """Limits of PostgreSQL, in seconds but for the number of connections of a process."""

    connections: int = 10
    connect: float = 5  # for a new connection, and for one of the pool to become free
    statement: float = 0  # 0 is no limit
    idle_in_transaction: float = 0
    tcp: float = 10  # until a connection whose other end does not answer counts as broken


WITHOUT_TIMEOUTS = DatabaseLimits()


class NewerSchema(SQLAlchemyError):
    """A later version of the application has upgraded the database."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"a newer version of the portal has upgraded it (to {revision}), and this version cannot use it. "
            "Install that version, or restore a backup of before"
        )


# Errors of a database that is away, busy, full, or not writable; others are errors of the program.
UNAVAILABLE = (OperationalError, InterfaceError, InternalError, PendingRollbackError, PoolTimeoutError, FileReplaced)


def connect(url: str, limits: DatabaseLimits = WITHOUT_TIMEOUTS) -> Engine:
    """Create an engine. A SQLite file and its folder are created if they are missing; only their owner reads them.

    What a connection of its own executes is committed at once, as what `reading` asks; `snapshot` and `writing` are for
    statements that belong together.
    A migration must be allowed to take any time, so timeouts of statements have to be asked for.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _connect_postgresql(parsed, limits)
    return connect_sqlite(parsed)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session for a single statement that writes nothing; without a transaction it takes half as long."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Yield a session for statements that all see the database as it is at the first, and write nothing."""
    with Session(_snapshots(engine), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Yield a session whose changes are committed together at the end, or not at all."""
    with Session(_writes(engine), expire_on_commit=False) as session, session.begin():
        yield session


def insert_or_update(
    session: Session,
    table: type[Any],
    key: Mapping[str, Any],
    new: Mapping[str, Any],
    changed: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> bool:
    """Insert a row with the `new` values or, if there is one of this key, change it where it is as `where` says.

    Return True if a row was written.
    """
    insert = _INSERT[session.get_bind().dialect.name](table).values(**key, **new)
    statement = insert.on_conflict_do_update(index_elements=list(key), set_=changed, where=where)
    columns = [getattr(table, name) for name in key]
    return session.execute(statement.returning(*columns), parameters).first() is not None


def insert_if_missing(
    session: Session, table: type[Any], key: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those of the rows, which have the same columns, whose `key` no row has yet."""
    if rows:
        insert = _INSERT[session.get_bind().dialect.name](table)
        session.execute(insert.on_conflict_do_nothing(index_elements=key), rows)


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
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with _writes(engine).begin() as connection:
        acquire_locks(connection, version_table, no_timeout=True)
        config.attributes.update(connection=connection, version_table=version_table)
        is_new = not inspect(connection).has_table(version_table)
        revision = None if is_new else connection.scalar(text(f"SELECT version_num FROM {version_table}"))  # noqa: S608
        if revision and revision not in known:
            raise NewerSchema(revision)
        command.upgrade(config, "head")
    return is_new


def read_revision(engine: Engine, version_table: str) -> str | None:
    """Return the revision of an application's tables; None where there are none yet."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": version_table})
        return context.get_current_revision()


def list_revisions(migrations: Path) -> list[str]:
    """Return the revisions that this version knows, the newest first."""
    return [script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()]


@lru_cache(_ENGINES)
def _snapshots(engine: Engine) -> Engine:
    return engine.execution_options(**_SNAPSHOTS[engine.dialect.name])


@lru_cache(_ENGINES)
def _writes(engine: Engine) -> Engine:
    return engine.execution_options(**_WRITES[engine.dialect.name])


def _connect_postgresql(url: URL, limits: DatabaseLimits) -> Engine:
    from app.database_watch import connect_watched  # psycopg need not be installed for SQLite

    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",  # of single statements
        skip_autocommit_rollback=True,
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=limits.connect,
        hide_parameters=True,
        connect_args={
            "connect_timeout": ceil(limits.connect),
            "tcp_user_timeout": ceil(limits.tcp * 1000),
            "keepalives_idle": ceil(limits.tcp),
            "keepalives_interval": ceil(limits.tcp / 3),
            "keepalives_count": 3,
        },
    )
    # The default is no timeout: behind a writer whose network broke, all others would wait for hours.
    timeouts = {
        "lock_timeout": BUSY_SECONDS,
        "statement_timeout": limits.statement,
        "idle_in_transaction_session_timeout": limits.idle_in_transaction,
    }

    @event.listens_for(engine, "do_connect")
    def connect_it(_dialect: object, _record: object, args: Any, parameters: Any) -> Any:
        return connect_watched(ceil(limits.tcp / 2), *args, **parameters)

    @event.listens_for(engine, "connect")
    def set_timeouts(connection: Any, _record: object) -> None:
        for name, seconds in timeouts.items():
            connection.execute(f"SET {name} = {ceil(seconds * 1000)}")

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: object, _proxy: object) -> None:
        if not connection.is_open():
            raise InvalidatePoolError

    return engine
