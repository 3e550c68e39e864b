import shutil
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.database import connect
from app.reference_api import MIGRATIONS, VERSION_TABLE
from app.reference_api.tables import Base


def test_migrations_match_models(empty_database: Path) -> None:
    engine = connect(f"sqlite:///{empty_database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "api_alembic", "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_tables_have_api_prefix() -> None:
    assert all(name.startswith("api_") for name in Base.metadata.tables)


def test_downgrade_removes_tables(empty_database: Path, tmp_path: Path) -> None:
    file = shutil.copy(empty_database, tmp_path / "back.db")
    engine = connect(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes.update(connection=connection, version_table=VERSION_TABLE)
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == [VERSION_TABLE]
    engine.dispose()
