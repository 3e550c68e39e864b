"""SQLite and PostgreSQL for both applications: connections, transactions, locks, migrations."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import monotonic, sleep
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
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.private_files import create_private_file, create_private_folder, restrict_file

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_BUSY_SECONDS = 5  # a writer waits for another at most
_LONGEST_PAUSE = 0.02  # seconds between two tries to begin a write
_CACHE_KILOBYTES = 16_384  # of a connection; a long list does not fit into SQLite's default of 2,000
_WAIT_FOR_LOCKS = f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}"
_INSERT: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {"snapshot": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
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


class FileReplaced(SQLAlchemyError):
    """The file of a SQLite database is not the one that this process has used so far."""

    def __init__(self) -> None:
        super().__init__("The file of the database was deleted or replaced. Restart the portal.")


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

    A connection of its own is for a single statement; `reading` and `writing` are for several that belong together.
    A migration must be allowed to take any time, so timeouts of statements have to be asked for.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _connect_postgresql(parsed, limits)
    if parsed.database and parsed.database != ":memory:":
        _keep_private(Path(parsed.database))
    engine = create_engine(parsed, hide_parameters=True)  # parameters hold secrets, logs must not
    if parsed.database and parsed.database != ":memory:":
        _insist_on_file(engine, parsed.database)
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
    with engine.execution_options(writes=True).begin() as connection:
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


def _connect_postgresql(url: URL, limits: DatabaseLimits) -> Engine:
    from app.database_watch import connect_watched  # psycopg need not be installed for SQLite

    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=limits.connect,
        pool_pre_ping=True,
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
        "lock_timeout": _BUSY_SECONDS,
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
        connection.commit()

    return engine


def _keep_private(file: Path) -> None:
    """Create the file, which SQLite would leave to the umask; the files beside it get its mode."""
    create_private_folder(file.parent)
    create_private_file(file)
    for suffix in ("-wal", "-shm"):
        restrict_file(file.with_name(file.name + suffix))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: _begin_sqlite sends it.
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows A to Z only
    cursor = connection.cursor()
    cursor.execute(_WAIT_FOR_LOCKS)
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _insist_on_file(engine: Engine, path: str) -> None:
    """Use no connection once the file was deleted or replaced: what it writes would be lost, and in silence."""
    first: list[tuple[int, int]] = []

    def check(*_args: object) -> None:
        file = None
        with suppress(OSError):
            state = os.stat(path)  # noqa: PTH116 - at each use of a connection, and Path takes twice as long
            file = (state.st_dev, state.st_ino)
        if file is not None and not first:
            first.append(file)
        if first and first[0] != file:
            raise FileReplaced

    event.listen(engine, "do_connect", check)  # which would make a new file
    event.listen(engine, "checkout", check)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Any) -> None:
    # A transaction that starts as a reader and then writes fails at once if another wrote in between; one that
    # starts as a writer waits. A single statement needs none.
    options = connection.get_execution_options()
    if not options.get("writes"):
        if options.get("snapshot"):
            connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout = 0")  # SQLite waits in C, and all requests of this process with it
    try:
        _begin_immediate(connection)
    finally:
        driver.execute(_WAIT_FOR_LOCKS)


def _begin_immediate(connection: Any) -> None:
    deadline, pause = monotonic() + _BUSY_SECONDS, 0.001
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY") or monotonic() > deadline:
                raise
        sleep(pause)  # other requests run meanwhile
        pause = min(2 * pause, _LONGEST_PAUSE)
