from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.database import connect
from app.reference_api.tables import Base


def test_the_migrations_make_the_tables_that_are_declared(empty_database: Path) -> None:
    engine = connect(f"sqlite:///{empty_database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "api_alembic", "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_all_tables_carry_the_prefix_that_keeps_two_houses_apart() -> None:
    assert all(name.startswith("api_") for name in Base.metadata.tables)
