"""Since when devices have their status: at least since the first reading that showed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.portal.domain.refs import GroupRef
from app.portal.services.index.tolerance import read_or_else
from app.portal.store.index.device_facts import DeviceFactsReader, StatusTurn
from app.portal.store.index.status_times import StatusTimes

_TURNS = 5  # changes of a status that a page lists


@dataclass(frozen=True)
class DeviceStatus:
    """Since when a device has the status that a page shows; None where no reading told.

    `before` is its status until at least `before_at`, of which both are None where there was no other. `turns` are its
    last changes, the newest first.
    """

    since: datetime | None
    before: str | None
    before_at: datetime | None
    turns: Sequence[StatusTurn]


class StatusSince:
    """Answers for groups of which the caller was just shown the list or a device: it asks nobody."""

    def __init__(self, times: StatusTimes, facts: DeviceFactsReader) -> None:
        self._times = times
        self._facts = facts

    def of_devices(self, group: GroupRef, statuses: Mapping[str, str]) -> Mapping[str, datetime]:
        """Return the times by name, for devices with the statuses that a page shows.

        One that the index knows with another status has none: the page is newer or older than the index.
        """
        known = read_or_else(lambda: self._times.load(group, statuses.keys()), {})
        return {
            name: datetime.fromtimestamp(known[name].since, UTC)
            for name, status in statuses.items()
            if name in known and known[name].status == status
        }

    def of_device(self, group: GroupRef, name: str, status: str) -> datetime | None:
        return self.of_devices(group, {name: status}).get(name)

    def describe(self, group: GroupRef, name: str, status: str) -> DeviceStatus:
        """Return what is known of the status that a device was just seen to have."""
        turns = read_or_else(lambda: self._facts.load_turns(group, name, _TURNS), ())
        if not turns or turns[0].to_status != status:
            return DeviceStatus(self.of_device(group, name, status), None, None, turns)
        last = turns[0]
        before = last.from_status if last.last_seen_at else None
        return DeviceStatus(last.first_seen_at, before, last.last_seen_at, turns)
