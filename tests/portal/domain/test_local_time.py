"""Local times as instants, on the days on which the clocks change too."""

import pytest

from app.portal.domain.local_time import LocalTime, is_zone

FORWARD = "The clocks go forward that day, and {} does not exist: it is {} then."
BACK = "The clocks go back that day, and {} comes twice: it is the first of the two."


@pytest.mark.parametrize(
    ("text", "zone", "instant", "clock_change"),
    [
        ("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59", ""),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30", FORWARD.format("02:30", "03:30")),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00", ""),
        ("2026-10-25T01:59", "Europe/Berlin", "2026-10-24T23:59", ""),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30", BACK.format("02:30")),
        ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00", ""),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:40", FORWARD.format("02:10", "02:40")),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30", FORWARD.format("02:30", "03:30")),
        ("2026-06-01T02:30", "UTC", "2026-06-01T02:30", ""),
    ],
)
def test_local_time_is_one_instant(text: str, zone: str, instant: str, clock_change: str) -> None:
    time = LocalTime(text, zone)
    assert f"{time.instant:%Y-%m-%dT%H:%M}" == instant
    assert time.clock_change == clock_change
    assert str(time) == f"{text.replace('T', ' ')}, {zone}"


@pytest.mark.parametrize(
    ("text", "zone"), [("2026-02-30T02:00", "UTC"), ("", "UTC"), ("2026-06-01T02:30", "Moon/Base")]
)
def test_no_time_has_no_instant(text: str, zone: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of the standard library, whose words may change
        LocalTime(text, zone).instant.isoformat()


@pytest.mark.parametrize("name", ["", "Moon/Base", "../etc/passwd", "/etc/localtime", "Europe", "europe/london", "\0"])
def test_only_names_of_zones_are_zones(name: str) -> None:
    assert is_zone("Europe/London")
    assert not is_zone(name)
