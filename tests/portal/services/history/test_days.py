from datetime import UTC, date, datetime, timedelta

import pytest

from app.portal.services.history.days import DaySpan, preset_span, read_day, read_zone

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Brussels", date(2026, 3, 29), 23),
        ("Europe/Brussels", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # which has no midnight
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("", date(2026, 3, 29), 24),
    ],
)
def test_day_is_as_long_as_clocks_make_it(zone: str, day: date, hours: float) -> None:
    begin, end = DaySpan(day, day).to_moments(read_zone(zone))
    assert begin is not None
    assert end is not None
    assert end - begin == timedelta(hours=hours)
    assert [read_zone(zone).day_of(moment) for moment in (begin, end)] == [day, day + timedelta(days=1)]
    assert read_zone(zone).day_of(begin - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "Europe", "\0", "x" * 999]
)
def test_zone_that_is_none_is_utc(name: str) -> None:
    assert read_zone(name).label == "UTC"
    assert read_zone(name).start_of(TODAY) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("preset", "since", "until"),
    [("today", 0, 0), ("yesterday", -1, -1), ("7", -6, 0), ("30", -29, 0)],
)
def test_preset_has_its_days(preset: str, since: int, until: int) -> None:
    span = DaySpan(TODAY + timedelta(days=since), TODAY + timedelta(days=until))
    assert preset_span(preset, TODAY) == span
    assert span.within(DaySpan()) == span.within(DaySpan(date(2020, 1, 1), date(2030, 1, 1))) == span
    assert preset_span("", TODAY) == DaySpan()


@pytest.mark.parametrize("text", ["", "yesterday", "1969-12-31", "9999-01-01", "2026-02-30", "2026-3"])
def test_day_that_is_none_is_no_filter(text: str) -> None:
    assert read_day(text) is None
