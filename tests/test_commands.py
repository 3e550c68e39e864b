"""The command `access-device-portal`."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands import commands, main
from app.portal import cli
from tests.support.ports import free_port
from tests.support.serving import serve
from tests.support.world import OWNER, World


def check(world: World, **settings: str) -> tuple[int, Mapping[str, tuple[str, str]]]:
    """Return the exit code of `check`, and by subject the verdict and the words."""
    environ = {
        "PORTAL_INSTANCE": str(Path(world.settings.database_url.removeprefix("sqlite:///")).parent),
        "PORTAL_DATABASE_URL": world.settings.database_url,
        "PORTAL_SECRET_KEY": world.settings.secret_key,
        "PORTAL_ENCRYPTION_KEYS": world.settings.encryption_keys[0].replace(" ", "-"),
        **settings,
    }
    done = CliRunner().invoke(commands, ["check"], env=environ)
    lines = [line.partition(": ") for line in done.output.splitlines()]
    return done.exit_code, {head[8:]: (head[:8].strip(), words) for head, _, words in lines}


def test_check_tells_what_is_ready(world: World) -> None:
    with serve(world.api) as url:
        code, found = check(
            world, PORTAL_BACKEND_URL=url, PORTAL_PUBLIC_URL="https://portal.example", PORTAL_PROXIES="1"
        )
    assert (code, {verdict for verdict, _ in found.values()}) == (0, {"ok"})
    assert list(found) == ["Settings", "Address", "Folder", "Database", "Tables", "Encryption", "Platform"]
    assert found["Tables"][1].endswith("as this version needs them.")


def test_check_tells_what_is_wrong(world: World) -> None:
    world.browser(OWNER)
    dead = f"http://127.0.0.1:{free_port()}"
    code, found = check(
        world, PORTAL_BACKEND_URL=dead, PORTAL_ENCRYPTION_KEYS="a key that was never used".replace(" ", "-")
    )
    failed = {subject for subject, (verdict, _) in found.items() if verdict == "failed"}
    assert (code, failed) == (1, {"Encryption", "Platform"})
    assert found["Encryption"][1].startswith("1 of 1 encrypted values cannot be decrypted.")

    with world.held_by().engine.begin() as connection:
        connection.exec_driver_sql("UPDATE portal_alembic SET version_num = '9999'")
    code, found = check(world)
    assert (code, found["Tables"][0]) == (1, "failed")
    assert "which a newer version made" in found["Tables"][1]

    code, found = check(world, PORTAL_WORKERS="none")
    assert (code, list(found)) == (1, ["Settings"])
    assert found["Settings"][1].startswith("PORTAL_WORKERS cannot be 'none'")


def test_check_before_first_start_makes_no_database(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    code, found = check(world, PORTAL_INSTANCE=str(folder), PORTAL_DATABASE_URL="", PORTAL_SECRET_KEY="")
    assert (code, found["Database"][0], "Tables" in found) == (0, "note", False)
    assert sorted(file.name for file in folder.iterdir()) == ["demo_password", "secret_key"]


def test_command_has_those_of_the_portal_and_its_own() -> None:
    own = {"run", "check", "jobs", "check-backend"}
    assert set(commands.commands) == own | {command.name for command in cli.COMMANDS}


def test_errors_of_settings_and_database_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    with pytest.raises(SystemExit, match="The database cannot be used: no such table"):
        main(["support", "list"])
    monkeypatch.setenv("PORTAL_WORKERS", "none")
    with pytest.raises(SystemExit, match="PORTAL_WORKERS cannot be 'none'"):
        main(["support", "list"])
