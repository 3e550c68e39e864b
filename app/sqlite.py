"""SQLite: its file, its connections, and how its transactions begin."""

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.private_files import create_private_file, create_private_folder, restrict_file

BUSY_SECONDS = 5  # a writer waits for another at most
_LONGEST_PAUSE = 0.02  # seconds between two tries to begin a write
_CACHE_KILOBYTES = 16_384  # of a connection; a long list does not fit into SQLite's default of 2,000
_WAIT_FOR_LOCKS = f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}"


class FileReplaced(SQLAlchemyError):
    """The file of a SQLite database is not the one that this process has used so far."""

    def __init__(self) -> None:
        super().__init__("The file of the database was deleted or replaced. Restart the portal.")


def connect_sqlite(url: URL) -> Engine:
    """Create an engine. The file and its folder are created if they are missing; only their owner reads them."""
    if url.database and url.database != ":memory:":
        _keep_private(Path(url.database))
    engine = create_engine(url, hide_parameters=True)  # parameters hold secrets, logs must not
    if url.database and url.database != ":memory:":
        _insist_on_file(engine, url.database)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
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
    deadline, pause = monotonic() + BUSY_SECONDS, 0.001
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY") or monotonic() > deadline:
                raise
        sleep(pause)  # other requests run meanwhile
        pause = min(2 * pause, _LONGEST_PAUSE)
