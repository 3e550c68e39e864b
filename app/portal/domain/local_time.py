"""A time of day as people type it, with its zone: which instant it is, also where the clocks change."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

FORMAT = "%Y-%m-%dT%H:%M"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Return True for an IANA name, such as Europe/London."""
    return name in _zones()


@dataclass(frozen=True)
class LocalTime:
    """`text` is YYYY-MM-DDTHH:MM by the clocks of the zone. What is no time, or no zone, raises ValueError."""

    text: str
    zone: str

    @property
    def instant(self) -> datetime:
        """The instant in UTC, by the rules of the zone as they are known now.

        A time that the clocks leave out counts as if they had not been moved yet: 02:30 is what they call 03:30. Of a
        time that comes twice, it is the first.
        """
        return self._aware().astimezone(UTC)

    @property
    def clock_change(self) -> str:
        """Tell what happens to the time as the clocks change, as a sentence; "" where nothing does."""
        aware = self._aware()
        typed, shown = f"{aware:%H:%M}", f"{self.instant.astimezone(aware.tzinfo):%H:%M}"
        if typed != shown:
            return f"The clocks go forward that day, and {typed} does not exist: it is {shown} then."
        if aware.utcoffset() != aware.replace(fold=1).utcoffset():
            return f"The clocks go back that day, and {typed} comes twice: it is the first of the two."
        return ""

    def __str__(self) -> str:
        return f"{self.text.replace('T', ' ')}, {self.zone}"

    def _aware(self) -> datetime:
        if not is_zone(self.zone):
            raise ValueError(f"{self.zone} is no time zone")
        return datetime.strptime(self.text, FORMAT).replace(tzinfo=ZoneInfo(self.zone))
