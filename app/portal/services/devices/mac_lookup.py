"""Find the device of another group that has a MAC, as far as one person may see.

What cannot be read is left out; only ApiUnauthenticated is raised.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiRefused, ApiUnauthenticated
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import FoundDevice, FoundDeviceList
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory

# Somebody waits for it, and each list may hold thousands of devices.
_MAX_LISTS = 10
_MAX_TIME = timedelta(seconds=3)  # after which no further list is begun


@dataclass(frozen=True)
class MacConflict:
    """A device that has the MAC; an address leads to it."""

    device_name: str
    group: GroupRef


class MacLookup:
    """Takes MACs as twelve hex digits. `reaches` is the person's scope, by tenant and group; no answer widens it."""

    def __init__(
        self,
        api: ApiClient,
        directory: Directory,
        devices: Devices,
        reaches: Callable[[str, str], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._directory = directory
        self._devices = devices
        self._reaches = reaches
        self._now = now

    def find_by_search(self, mac: str, own: MacConflict) -> MacConflict | None:
        """Return another device than the `own` one, by the backend's search, which only system admins may use."""
        try:
            rows = self._search(mac)
        except ApiUnauthenticated:
            raise
        except ApiError:
            return None
        conflicts = (MacConflict(row.device_name, GroupRef(row.tenant_id, row.group_id)) for row in _usable(rows, mac))
        return next((conflict for conflict in conflicts if conflict != own and self._is_in_reach(conflict.group)), None)

    def find_in_lists(self, mac: str, own: GroupRef, message: str) -> MacConflict | None:
        """Return a device of the tenant's other groups, of which ten are read at most.

        Those come first that the backend names in its message, then those whose lists are cached.
        """
        began = self._now()
        for group in self._likely_groups(own, message)[:_MAX_LISTS]:
            if self._now() - began > _MAX_TIME:
                break
            try:
                rows = self._devices.list(group).rows
            except ApiRefused:  # deleted, or taken from this person, a moment ago
                continue
            except ApiUnauthenticated:
                raise
            except ApiError:
                break
            for row in rows:
                is_usable = row.mac_address == mac and not row.unlinkable_reason
                if is_usable and self._still_has(mac, group, row.device_name):
                    return MacConflict(row.device_name, group)
        return None

    def _still_has(self, mac: str, group: GroupRef, name: str) -> bool:
        """Lists may be seconds old, and the MAC in another tenant by now."""
        try:
            return self._devices.get(group, name).mac_address == mac
        except ApiUnauthenticated:
            raise
        except ApiError:
            return False

    def _search(self, mac: str) -> Sequence[FoundDevice]:
        criteria = {"insensitiveDeviceMacAddressContains": mac}
        return self._api.get(("search", "device"), FoundDeviceList, criteria).devices

    def _likely_groups(self, own: GroupRef, message: str) -> Sequence[GroupRef]:
        try:
            groups = self._directory.groups(own.tenant_id)
        except ApiUnauthenticated:
            raise
        except ApiError:
            return []
        cached = self._devices.cached_groups(own.tenant_id)

        def sort_key(group: GroupRef) -> tuple[int, bool]:
            # The longest name first: a short one is a part of many words.
            return -len(group.group_id) if group.group_id in message else 0, group not in cached

        refs = (GroupRef(own.tenant_id, group.group_id) for group in groups)
        return sorted((group for group in refs if group != own and self._is_in_reach(group)), key=sort_key)

    def _is_in_reach(self, group: GroupRef) -> bool:
        has_address = is_addressable(group.tenant_id) and is_addressable(group.group_id)
        return has_address and self._reaches(group.tenant_id, group.group_id)


def _usable(rows: Iterable[FoundDevice], mac: str) -> Iterable[FoundDevice]:
    """Yield the devices that really have the MAC, and of which it is clear what and where they are."""
    for row in rows:
        if row.mac_address == mac and not row.unlinkable_reason and not row.problems.keys() & {"tenant_id", "group_id"}:
            yield row
