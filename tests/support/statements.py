"""Record the statements that a database is sent, or make some of them fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from tests.support.world import World

BEGIN_WRITE = "BEGIN IMMEDIATE"  # over SQLite, of each transaction that writes


@contextmanager
def fail_statements(world: World, failing_statement: str, of: str = "", app: Flask | None = None) -> Iterator[None]:
    """Let each statement with this text fail, or only those with `of` among their values."""
    engine = world.held_by(app).engine

    def fail(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if failing_statement in statement and of in str(values):
            raise OperationalError(statement, None, OSError("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


@contextmanager
def record_statements(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)
