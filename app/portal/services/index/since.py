"""Since when devices have their status: at least since the first reading that showed it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.portal.domain.refs import GroupRef
from app.portal.store.index.status_times import StatusTimes


class StatusSince:
    """Answers for groups of which the caller was just shown the list or a device: it asks nobody."""

    def __init__(self, times: StatusTimes) -> None:
        self._times = times

    def of_devices(self, group: GroupRef, statuses: Mapping[str, str]) -> Mapping[str, datetime]:
        """Return the times by name, for devices with the statuses that a page shows.

        One that the index knows with another status has none: the page is newer or older than the index.
        """
        known = self._times.load(group, statuses.keys())
        return {
            name: datetime.fromtimestamp(known[name].since, UTC)
            for name, status in statuses.items()
            if name in known and known[name].status == status
        }

    def of_device(self, group: GroupRef, name: str, status: str) -> datetime | None:
        return self.of_devices(group, {name: status}).get(name)

    def longest(self, group: GroupRef, status: str, most: int) -> Sequence[tuple[str, datetime]]:
        """Return names and times of the devices that have a status for longest."""
        times = self._times.load_longest(group, status, most)
        return [(time.device_name, datetime.fromtimestamp(time.since, UTC)) for time in times]
