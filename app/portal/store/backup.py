"""A copy of the portal's SQLite database as it was at one moment, taken while it is in use."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from app.private_files import create_private_file, create_private_folder


class NoBackupError(Exception):
    """No copy was made; the message says why and what to do."""


def back_up(engine: Engine, target: Path) -> int:
    """Copy the database to a new file that only its owner can read; returns its size in bytes.

    Raises NoBackupError, and leaves nothing half done behind.
    """
    if engine.dialect.name != "sqlite":
        name = engine.url.database
        raise NoBackupError(f"This database is PostgreSQL. Use: pg_dump --format=custom --file={target} {name}")
    if target.exists():
        raise NoBackupError(f"{target} already exists and was not overwritten.")
    part = target.with_name(f"{target.name}.part")
    try:
        create_private_folder(target.parent)
        create_private_file(part)
        _copy(engine, part)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            part.unlink()
        raise NoBackupError(f"Cannot write {target}: {error}") from None
    return target.stat().st_size


def _copy(engine: Engine, target: Path) -> None:
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(target)) as copy:
        cast(sqlite3.Connection, pooled.driver_connection).backup(copy)
        [(verdict,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
