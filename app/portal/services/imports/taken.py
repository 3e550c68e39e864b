"""MACs that devices of other groups have, as far as the user may see them; the platform has the last word."""

from collections.abc import Collection, Mapping

from app.portal.api.errors import ApiError, ApiUnauthenticated
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.users import User
from app.portal.services.devices.mac_lookup import MacConflict, MacLookup
from app.portal.services.devices.service import Devices
from app.portal.services.search.scope import scope_of
from app.portal.store.index import lookups
from app.portal.store.index.lookups import DeviceMatch, IndexLookup

_MOST = 3  # devices of the index that are looked at for a MAC: it may be out of date
_MOST_SEARCHES = 100  # of the platform, one for each MAC


class TakenMacs:
    """The platform is asked for few MACs, by users who may search it; for many, the index has to do."""

    def __init__(self, lookup: IndexLookup, search: MacLookup, devices: Devices, user: User) -> None:
        self._lookup = lookup
        self._search = search
        self._devices = devices
        self._user = user

    def find(self, macs: Collection[str], own: GroupRef) -> Mapping[str, str]:
        """Return who has a MAC, in words, for those that a device outside the `own` group has just now."""
        if self._user.may(Permission.DEVICE_SEARCH) and len(macs) <= _MOST_SEARCHES:
            conflicts = {mac: self._search.find_by_search(mac, MacConflict("", own)) for mac in macs}
            return {
                mac: _words(conflict.device_name, conflict.group)
                for mac, conflict in conflicts.items()
                if conflict and conflict.group != own
            }
        matches = self._lookup.find(lookups.MAC, macs, scope_of(self._user), _MOST)
        return {
            mac: _words(match.device_name, match.group)
            for mac, devices in matches.items()
            for match in devices
            if match.group != own and self._still_has(match, mac)
        }

    def _still_has(self, match: DeviceMatch, mac: str) -> bool:
        try:
            return self._devices.get(match.group, match.device_name).mac_address == mac
        except ApiUnauthenticated:
            raise
        except ApiError:
            return False


def _words(device_name: str, group: GroupRef) -> str:
    return f"“{device_name}” in the group {group.group_id} of {group.tenant_id} uses it already."
