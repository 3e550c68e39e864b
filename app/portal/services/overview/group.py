"""The overview of a group: numbers that the index and the platform add to the list of its devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.table import DeviceTable
from app.portal.services.index.tolerance import read_or_else
from app.portal.services.overview.figures import OFFLINE, TypePorts, count_ports
from app.portal.store.index.group_facts import NOTHING, GroupFacts, GroupFactsReader

_OFFLINE_LISTED = 5


@dataclass(frozen=True)
class OfflineDevice:
    row: AccessDeviceRow
    since: datetime


class GroupOverview:
    """Answers about a group whose list was just shown to the caller."""

    def __init__(self, facts: GroupFactsReader, phone_types: PhoneTypes) -> None:
        self._facts = facts
        self._phone_types = phone_types

    def facts(self, group: GroupRef) -> GroupFacts:
        """Return what the index knows of a group; nothing where it cannot be read."""
        return read_or_else(lambda: self._facts.load(group), NOTHING)

    def offline_longest(self, facts: GroupFacts, table: DeviceTable) -> Sequence[OfflineDevice]:
        """Return devices that both the index and the list know as offline."""
        offline = []
        for time in facts.longest:
            index = table.find_index(time.device_name)
            if index is not None and table.rows[index].status == OFFLINE:
                offline.append(OfflineDevice(table.rows[index], datetime.fromtimestamp(time.since, UTC)))
        return offline[:_OFFLINE_LISTED]

    def ports(self, table: DeviceTable) -> Sequence[TypePorts]:
        """Raise ApiError, or what a page raises that the platform has not answered yet."""
        return count_ports(table.rows, self._phone_types.by_name())
