from datetime import UTC, datetime, timedelta

import pytest

from app.reference_api.settings import ReferenceSettings, from_environment


def test_without_an_environment_the_database_lies_in_instance() -> None:
    settings = from_environment({})
    assert settings.database_url.endswith("/instance/reference_api.db")
    assert settings.reboot_seconds == 20


def test_the_environment_names_the_database_and_the_length_of_a_reboot() -> None:
    settings = from_environment({"REFERENCE_DATABASE_URL": "sqlite:////x.db", "REFERENCE_REBOOT_SECONDS": "2.5"})
    assert (settings.database_url, settings.reboot_seconds) == ("sqlite:////x.db", 2.5)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="soon"):
        from_environment({"REFERENCE_REBOOT_SECONDS": "soon"})


def test_the_hasher_costs_what_the_settings_say() -> None:
    hasher = ReferenceSettings(database_url="", argon2_time_cost=1, argon2_memory_cost=16).hasher()
    assert "$m=16,t=1,p=1$" in hasher.hash("x")


def test_the_clock_is_aware_of_its_zone() -> None:
    assert abs(ReferenceSettings(database_url="").clock() - datetime.now(UTC)) < timedelta(minutes=1)
