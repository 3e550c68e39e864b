"""Databases, keys and copies: only their owner can read them, whatever the umask, from the first start."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import load
from app.database import connect
from app.portal.store.backup import back_up
from app.private_files import create_private_file, create_private_folder, restrict_folder


@pytest.fixture(params=[0o000, 0o022, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def modes(folder: Path) -> set[tuple[bool, int]]:
    return {(file.is_dir(), mode_of(file)) for file in (folder, *folder.rglob("*"))}


PRIVATE = {(True, 0o700), (False, 0o600)}


def test_all_that_a_start_makes_is_private(tmp_path: Path, umask: int) -> None:
    instance = tmp_path / "new" / "instance"
    settings = load({}, instance)
    engine = connect(settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id INTEGER)")
        assert {file.name for file in instance.iterdir()} == {
            *("demo_password", "secret_key", "portal.db", "portal.db-wal", "portal.db-shm")
        }
        assert modes(tmp_path / "new") == PRIVATE
    back_up(engine, instance / "copies" / "portal.db")
    engine.dispose()
    assert modes(tmp_path / "new") == PRIVATE


def test_files_of_earlier_versions_are_made_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "secret_key").write_text("sixteen letters or more")
    with sqlite3.connect(tmp_path / "portal.db") as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE kept (id INTEGER)")
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    assert len(list(tmp_path.iterdir())) > 1
    restrict_folder(tmp_path)
    connect(load({}, tmp_path).database_url).dispose()
    writer.close()
    assert modes(tmp_path) == PRIVATE


def test_folders_that_others_share_stay(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    restrict_folder(shared)
    restrict_folder(Path("/tmp"))  # noqa: S108 - it is not written to
    create_private_folder(shared)
    assert mode_of(shared) == 0o777 | stat.S_ISVTX
    create_private_file(shared / "file")
    restrict_folder(tmp_path / "missing")
    assert mode_of(shared / "file") == 0o600
