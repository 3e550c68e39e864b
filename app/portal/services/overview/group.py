"""The overview of a group: numbers that the index and the platform add to the list of its devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.table import DeviceTable
from app.portal.services.index.since import StatusSince
from app.portal.services.overview.figures import OFFLINE, TypePorts, count_ports
from app.portal.store.index.group_facts import CustomFileCount, GroupFacts

_OFFLINE_LISTED = 5


@dataclass(frozen=True)
class OfflineDevice:
    row: AccessDeviceRow
    since: datetime


class GroupOverview:
    """Answers about a group whose list was just shown to the caller."""

    def __init__(self, facts: GroupFacts, status_since: StatusSince, phone_types: PhoneTypes) -> None:
        self._facts = facts
        self._status_since = status_since
        self._phone_types = phone_types

    def name(self, group: GroupRef) -> str:
        return self._facts.name(group) or group.group_id

    def custom_files(self, group: GroupRef) -> CustomFileCount:
        return self._facts.count_custom_files(group)

    def offline_longest(self, group: GroupRef, table: DeviceTable) -> Sequence[OfflineDevice]:
        """Return devices that both the index and the list know as offline."""
        offline = []
        for name, since in self._status_since.longest(group, OFFLINE, 2 * _OFFLINE_LISTED):
            index = table.find_index(name)
            if index is not None and table.rows[index].status == OFFLINE:
                offline.append(OfflineDevice(table.rows[index], since))
        return offline[:_OFFLINE_LISTED]

    def ports(self, table: DeviceTable) -> Sequence[TypePorts]:
        """Raise ApiError, or what a page raises that the platform has not answered yet."""
        return count_ports(table.rows, self._phone_types.by_name())
