from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.config import load
from app.reference_api.settings import ReferenceSettings


def test_the_api_takes_its_part_of_the_settings(tmp_path: Path) -> None:
    environ = {"REFERENCE_DATABASE_URL": "sqlite:////x.db", "REFERENCE_REBOOT_SECONDS": "2.5"}
    settings = ReferenceSettings.of(load(environ, tmp_path))
    assert (settings.database_url, settings.reboot_seconds) == ("sqlite:////x.db", 2.5)


def test_the_hasher_costs_what_the_settings_say() -> None:
    hasher = ReferenceSettings(database_url="", argon2_time_cost=1, argon2_memory_cost=16).hasher()
    assert "$m=16,t=1,p=1$" in hasher.hash("x")


def test_the_clock_is_aware_of_its_zone() -> None:
    assert abs(ReferenceSettings(database_url="").clock() - datetime.now(UTC)) < timedelta(minutes=1)
