"""Settings, their checks, and generated secrets."""

import stat
import sys
from functools import partial
from pathlib import Path

import pytest

from app.config import BadSettingError, Settings, load
from tests.support.rounds import Rounds, at_once
from tests.support.settings import INVALID_SETTINGS

KEY = "sixteen letters or more"


def settings(instance: Path, **environ: str) -> Settings:
    return load(environ, instance)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in INVALID_SETTINGS.items() for text in texts])
def test_bad_setting_is_named_in_one_line(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(BadSettingError) as caught:
        settings(tmp_path, **{name: text})
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


def test_defaults_run_local_demo(tmp_path: Path) -> None:
    loaded = settings(tmp_path)
    assert loaded.is_embedded
    assert not loaded.is_https
    assert (loaded.host, loaded.port) == ("127.0.0.1", 8000)
    assert loaded.database_url == f"sqlite:///{tmp_path}/portal.db"


def test_empty_setting_counts_as_unset(tmp_path: Path) -> None:
    assert settings(tmp_path, **dict.fromkeys(INVALID_SETTINGS, "")) == settings(tmp_path)


def test_backend_url_disables_demo(tmp_path: Path) -> None:
    loaded = settings(
        tmp_path, PORTAL_BACKEND_URL="https://apio.example/facade/", PORTAL_PUBLIC_URL="https://portal.example"
    )
    assert (loaded.is_embedded, loaded.backend_url, loaded.is_https) == (False, "https://apio.example/facade", True)


def test_encryption_keys_default_to_secret_key(tmp_path: Path) -> None:
    newest, older = "the-newest-of-the-keys", "the-older-of-the-keys"
    assert settings(tmp_path, PORTAL_ENCRYPTION_KEYS=f"{newest} {older}").encryption_keys == (newest, older)
    loaded = settings(tmp_path, PORTAL_SECRET_KEY="sixteen letters or more")
    assert loaded.encryption_keys == ("sixteen letters or more",)


def test_generated_secrets_are_private(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    first, second = settings(instance), settings(instance)
    assert (first.secret_key, first.demo_password) == (second.secret_key, second.demo_password)
    assert first.secret_key != settings(tmp_path / "other").secret_key
    assert len(first.secret_key) >= 43
    for file in ("secret_key", "demo_password"):
        assert stat.S_IMODE((instance / file).stat().st_mode) == 0o600


def test_given_secret_is_not_stored(tmp_path: Path) -> None:
    settings(tmp_path, PORTAL_SECRET_KEY="sixteen letters or more", DEMO_PASSWORD="given")
    assert list(tmp_path.iterdir()) == []


def test_instance_names_folder_of_databases_and_keys(tmp_path: Path) -> None:
    folder = tmp_path / "named"
    loaded = settings(tmp_path, PORTAL_INSTANCE=str(folder))
    assert loaded.database_url == f"sqlite:///{folder}/portal.db"
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["demo_password", "named", "secret_key"]
    assert load({"PORTAL_INSTANCE": "relative", "PORTAL_SECRET_KEY": KEY, "DEMO_PASSWORD": KEY}).instance == (
        Path.cwd() / "relative"
    )


def test_demo_password_is_only_made_for_demo(tmp_path: Path) -> None:
    backend = {"PORTAL_BACKEND_URL": "https://apio.example"}
    assert settings(tmp_path, **backend).demo_password == ""
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]
    assert load(backend, tmp_path, is_demo=True).demo_password == (tmp_path / "demo_password").read_text()


def test_postgresql_without_its_driver_is_a_bad_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSettingError, match=r"PORTAL_DATABASE_URL .*access-device-portal\[postgres\]"):
        settings(tmp_path, PORTAL_DATABASE_URL="postgresql://host/name")


@pytest.mark.parametrize("name", ["PORTAL_DATABASE_URL", "PORTAL_BACKEND_URL"])
def test_bad_url_is_told_without_its_password(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSettingError) as caught:
        settings(tmp_path, **{name: "mysql://portal:hunter/2@x@db.example/portal"})
    assert str(caught.value).startswith(f"{name} cannot be 'mysql://portal:***@db.example/portal'")


def test_concurrent_workers_share_secret(tmp_path: Path, rounds: Rounds) -> None:
    for number, chance in enumerate(rounds):
        start = partial(settings, tmp_path / str(number))
        keys = {loaded.secret_key for loaded in at_once(chance, *[start] * 8, within=0.002)}
        assert len(keys) == 1
        assert len(keys.pop()) >= 43


def test_unwritable_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BadSettingError, match="secret_key cannot be read or written"):
        settings(file / "instance")
