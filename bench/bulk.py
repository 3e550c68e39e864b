"""Many rows at once: COPY where the database is PostgreSQL, and indexes made after the rows are there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, insert

from app.database import writing

_INDEXES = """SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = ANY(%s) AND indexname NOT LIKE 'pk%%' AND indexname NOT LIKE 'uq%%'"""


@contextmanager
def without_indexes(engine: Engine, *tables: type[Any]) -> Iterator[None]:
    """Have PostgreSQL make the indexes afterwards, which takes a fraction of the time."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with writing(engine) as db:
        connection = db.connection()
        indexes = connection.exec_driver_sql(_INDEXES, ([table.__tablename__ for table in tables],)).all()
        for name, _ in indexes:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    with writing(engine) as db:
        connection = db.connection()
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            connection.exec_driver_sql(definition)


def write_rows(engine: Engine, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all have the same columns."""
    with writing(engine) as db:
        if engine.dialect.name == "sqlite":
            db.execute(insert(table), rows)
            return
        driver: Any = db.connection().connection.driver_connection
        columns = ", ".join(f'"{name}"' for name in rows[0])
        with driver.cursor().copy(f"COPY {table.__tablename__} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
