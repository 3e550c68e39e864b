"""Settings: what each may be, and the secrets that are made once."""

import stat
from functools import partial
from pathlib import Path

import pytest

from app.config import BadSettingError, Settings, load
from tests.support.rounds import Rounds, at_once
from tests.support.settings import INVALID_SETTINGS


def settings(instance: Path, **environ: str) -> Settings:
    return load(environ, instance)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in INVALID_SETTINGS.items() for text in texts])
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(BadSettingError) as caught:
        settings(tmp_path, **{name: text})
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


def test_without_any_setting_the_demo_runs_on_this_machine(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.embedded
    assert not found.https
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.database_url == f"sqlite:///{tmp_path}/portal.db"


def test_an_empty_setting_is_one_not_given(tmp_path: Path) -> None:
    assert settings(tmp_path, **dict.fromkeys(INVALID_SETTINGS, "")) == settings(tmp_path)


def test_a_backend_elsewhere_ends_the_demo(tmp_path: Path) -> None:
    found = settings(
        tmp_path, PORTAL_BACKEND_URL="https://apio.example/facade/", PORTAL_PUBLIC_URL="https://portal.example"
    )
    assert (found.embedded, found.backend_url, found.https) == (False, "https://apio.example/facade", True)


def test_encryption_keys_come_newest_first_and_else_from_the_secret_key(tmp_path: Path) -> None:
    newest, older = "the-newest-of-the-keys", "the-older-of-the-keys"
    assert settings(tmp_path, PORTAL_ENCRYPTION_KEYS=f"{newest} {older}").encryption_keys == (newest, older)
    found = settings(tmp_path, PORTAL_SECRET_KEY="sixteen letters or more")
    assert found.encryption_keys == ("sixteen letters or more",)


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    first, second = settings(instance), settings(instance)
    assert (first.secret_key, first.demo_password) == (second.secret_key, second.demo_password)
    assert first.secret_key != settings(tmp_path / "other").secret_key
    assert len(first.secret_key) >= 43
    for file in ("secret_key", "demo_password"):
        assert stat.S_IMODE((instance / file).stat().st_mode) == 0o600


def test_a_secret_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    settings(tmp_path, PORTAL_SECRET_KEY="sixteen letters or more", DEMO_PASSWORD="given")
    assert list(tmp_path.iterdir()) == []


def test_workers_that_start_at_once_agree_on_the_secret(tmp_path: Path, rounds: Rounds) -> None:
    for each, chance in enumerate(rounds):
        start = partial(settings, tmp_path / str(each))
        keys = {made.secret_key for made in at_once(chance, *[start] * 8, within=0.002)}
        assert len(keys) == 1
        assert len(keys.pop()) >= 43


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BadSettingError, match="secret_key cannot be read or written"):
        settings(file / "instance")
