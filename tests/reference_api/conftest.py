import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from app.database import connect, upgrade
from app.reference_api import MIGRATIONS, VERSION_TABLE
from tests.support.api_world import Api, World, open_world

settings.register_profile("unhurried", deadline=None)  # a busy machine is slow
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; tests use copies."""
    file = tmp_path_factory.mktemp("reference_api") / "empty.db"
    engine = connect(f"sqlite:///{file}")
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def database_with_accounts(empty_database: Path) -> Path:
    file = empty_database.with_name("accounts.db")
    shutil.copy(empty_database, file)
    world = open_world(f"sqlite:///{file}")
    world.add_accounts_and_groups()
    world.engine.dispose()
    return file


@pytest.fixture
def world(database_with_accounts: Path, tmp_path: Path) -> Iterator[World]:
    """Accounts and groups, without devices."""
    world = open_world(f"sqlite:///{shutil.copy(database_with_accounts, tmp_path / 'world.db')}")
    yield world
    world.engine.dispose()


@pytest.fixture
def owner(world: World) -> Api:
    """Group admin of acme / headquarters."""
    return world.signed_in("owner")
