"""Days of the history's filter, as the reader counts them: in a time zone, with 23 or 25 hours where clocks change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

PRESETS: Mapping[str, str] = {
    "today": "Today",
    "yesterday": "Yesterday",
    "7": "Last 7 days",
    "30": "Last 30 days",
}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Zone:
    """A time zone by its IANA name; "" is UTC."""

    name: str

    @property
    def info(self) -> tzinfo:
        return ZoneInfo(self.name) if self.name else UTC

    @property
    def label(self) -> str:
        return self.name or "UTC"

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.info).date()

    def start_of(self, day: date) -> datetime:
        """Return the moment in UTC at which a day begins."""
        return datetime(day.year, day.month, day.day, tzinfo=self.info).astimezone(UTC)


@dataclass(frozen=True)
class DaySpan:
    """Days from `since` to `until`, both included; None is without end."""

    since: date | None = None
    until: date | None = None

    def to_moments(self, zone: Zone) -> tuple[datetime | None, datetime | None]:
        """Return when the first day begins and the last one is over."""
        begin = zone.start_of(self.since) if self.since else None
        return begin, zone.start_of(self.until + _ONE_DAY) if self.until else None

    def within(self, other: "DaySpan") -> "DaySpan":
        """Return the days that are in both."""
        begins = [day for day in (self.since, other.since) if day]
        ends = [day for day in (self.until, other.until) if day]
        return DaySpan(max(begins, default=None), min(ends, default=None))


def read_zone(text: str) -> Zone:
    """Return the zone of this name; UTC where there is none."""
    try:
        return Zone(ZoneInfo(text).key) if text else Zone("")
    except (ValueError, OSError, LookupError):
        return Zone("")


def read_day(text: str) -> date | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None


def preset_span(preset: str, today: date) -> DaySpan:
    """Return the days of one of PRESETS; all days for ""."""
    match preset:
        case "today":
            return DaySpan(today, today)
        case "yesterday":
            return DaySpan(today - _ONE_DAY, today - _ONE_DAY)
        case "7" | "30":
            return DaySpan(today - timedelta(days=int(preset) - 1), today)
        case _:
            return DaySpan()
