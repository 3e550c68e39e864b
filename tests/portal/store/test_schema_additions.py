"""The schema of later versions only adds to that of a release, so that nodes of both run on it side by side."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from app import prepare, serving
from app.database import connect
from tests.support.migrations import migrate
from tests.support.world import settings_in

RELEASE = "0022"  # the schema of v0.2.0-rc1


def describe_columns(engine: Engine) -> dict[str, tuple[str, bool, bool]]:
    """Return type without length, nullability and whether there is a default of each column."""
    inspector = inspect(engine)
    return {
        f"{table}.{column['name']}": (
            str(column["type"]).partition("(")[0],
            column["nullable"],
            column["default"] is not None,
        )
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }


def list_unique(engine: Engine, tables: set[str]) -> set[str]:
    """Return what rows of these tables must not share, or must fulfil."""
    inspector = inspect(engine)
    indexes = (
        f"{table}: {index['name']}" for table in tables for index in inspector.get_indexes(table) if index["unique"]
    )
    constraints = (f"{table}: {each['name']}" for table in tables for each in inspector.get_unique_constraints(table))
    checks = (f"{table}: {each['name']}" for table in tables for each in inspector.get_check_constraints(table))
    return {*indexes, *constraints, *checks}


def test_later_schema_serves_release_too(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/portal.db")
    migrate(engine, command.upgrade, RELEASE)
    columns, tables = describe_columns(engine), set(inspect(engine).get_table_names())
    unique = list_unique(engine, tables)
    migrate(engine, command.upgrade, "head")
    later = describe_columns(engine)
    assert {name: later.get(name) for name in columns} == columns
    new = {name: later[name] for name in later.keys() - columns if name.partition(".")[0] in tables}
    assert [name for name, (_, is_nullable, has_default) in new.items() if not (is_nullable or has_default)] == []
    assert list_unique(engine, tables) <= unique
    engine.dispose()


def test_older_code_refuses_newer_schema_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_in(tmp_path, backend_url="http://127.0.0.1:1")
    prepare(settings)
    engine = connect(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE portal_alembic SET version_num = '9999'"))
    engine.dispose()
    monkeypatch.setattr(serving, "load", lambda **_: settings)
    with pytest.raises(SystemExit) as stopped:
        serving.prepare_with_settings(prepare, port=8000)
    assert str(stopped.value) == (
        "Cannot prepare the database: a newer version of the portal has upgraded it (to 9999), and this version cannot "
        "use it. Install that version, or restore a backup of before"
    )
