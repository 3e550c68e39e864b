"""Which device of another group has a MAC, as far as one person may see.

What cannot be found out stays untold; only ApiUnauthenticated is raised.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiForbidden, ApiNotFound, ApiUnauthenticated
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import FoundDevice, FoundDeviceList
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory

# Somebody waits for it, and each list may hold thousands of devices.
_MOST_LISTS = 10
_LONGEST = timedelta(seconds=3)  # after which no further list is begun


@dataclass(frozen=True)
class MacConflict:
    """A device that has the MAC; an address leads to it."""

    device_name: str
    group: GroupRef


class MacLookup:
    """MACs are given as twelve hex digits. `reaches` is the person's scope, by tenant and group: it holds for
    whatever the backend answers.
    """

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

    def by_search(self, mac: str, but: MacConflict) -> MacConflict | None:
        """The one that the backend's search finds, which only system admins may use; one call."""
        try:
            found = self._search(mac)
        except ApiUnauthenticated:
            raise
        except ApiError:
            return None
        holders = (MacConflict(row.device_name, GroupRef(row.tenant_id, row.group_id)) for row in _usable(found, mac))
        return next((each for each in holders if each != but and self._is_in_reach(each.group)), None)

    def by_lists(self, mac: str, but: GroupRef, said: str) -> MacConflict | None:
        """The one in the lists of the tenant's other groups, of which ten are read at most.

        Those come first that the backend names in what it `said`, then those that are at hand.
        """
        began = self._now()
        for group in self._likely_first(but, said)[:_MOST_LISTS]:
            if self._now() - began > _LONGEST:
                break
            try:
                rows = self._devices.list(group).value.rows
            except (ApiForbidden, ApiNotFound):  # deleted, or taken from this person, a moment ago
                continue
            except ApiUnauthenticated:
                raise
            except ApiError:
                break
            for row in rows:
                if (
                    row.mac_address == mac
                    and not row.unlinkable_reason
                    and self._still_has(mac, group, row.device_name)
                ):
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
        wanted = {"insensitiveDeviceMacAddressContains": mac}
        return self._api.get(("search", "device"), FoundDeviceList, wanted).devices

    def _likely_first(self, but: GroupRef, said: str) -> Sequence[GroupRef]:
        try:
            groups = self._directory.groups(but.tenant_id)
        except ApiUnauthenticated:
            raise
        except ApiError:
            return []
        at_hand = self._devices.cached_groups()

        def unlikely(group: GroupRef) -> tuple[int, bool]:
            # The longest name first: a short one is a part of many words.
            return -len(group.group_id) if group.group_id in said else 0, group not in at_hand

        refs = (GroupRef(but.tenant_id, group.group_id) for group in groups)
        return sorted((group for group in refs if group != but and self._is_in_reach(group)), key=unlikely)

    def _is_in_reach(self, group: GroupRef) -> bool:
        leads_there = is_addressable(group.tenant_id) and is_addressable(group.group_id)
        return leads_there and self._reaches(group.tenant_id, group.group_id)


def _usable(found: Iterable[FoundDevice], mac: str) -> Iterable[FoundDevice]:
    """Those that really have the MAC, and of which it is clear what and where they are."""
    for row in found:
        if row.mac_address == mac and not row.unlinkable_reason and not row.problems.keys() & {"tenant_id", "group_id"}:
            yield row
