from pathlib import Path

from app.config import load
from app.disturbance import Disturbance
from app.reference_api.settings import ReferenceSettings


def test_settings_are_taken_from_portal(tmp_path: Path) -> None:
    environ = {"REFERENCE_DATABASE_URL": "sqlite:////x.db", "REFERENCE_REBOOT_SECONDS": "2.5"}
    settings = ReferenceSettings.from_settings(load(environ, tmp_path))
    assert (settings.database_url, settings.reboot_seconds) == ("sqlite:////x.db", 2.5)


def test_kind_platform_is_the_default(tmp_path: Path) -> None:
    settings = ReferenceSettings.from_settings(load({}, tmp_path))
    assert (settings.disturbance.delays, settings.disturbance.share, settings.requires_slash) == ({}, 0, True)


def test_unkind_platform_is_taken_from_settings(tmp_path: Path) -> None:
    environ = {"REFERENCE_DELAY": "list=8", "REFERENCE_FAIL": "0.1:500", "REFERENCE_SLASHES": "lenient"}
    settings = ReferenceSettings.from_settings(load(environ, tmp_path))
    assert settings.disturbance == Disturbance({"list": 8}, 0.1, ("500",))
    assert not settings.requires_slash
