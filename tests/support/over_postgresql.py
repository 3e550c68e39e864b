"""The small world over PostgreSQL, one database for both houses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Settings
from tests.support import postgres
from tests.support.world import World, settings_in


def in_one_database(folder: Path, url: str) -> Settings:
    return settings_in(folder, database_url=url, reference_database_url=url)


@pytest.fixture
def world(postgresql: str, small_world: str, compiled_templates: Path, tmp_path: Path) -> Iterator[World]:
    with postgres.database(postgresql, "portal", small_world) as url:
        world = World(in_one_database(tmp_path, url), compiled_templates)
        yield world
        world.close()
