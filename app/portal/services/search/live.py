"""The platform's own search over all devices, for what the index has not read. Only system admins may use it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.domain import mac
from app.portal.domain.search_words import fold
from app.portal.domain.users import User
from app.portal.models.access_device import FoundDevice, FoundDeviceList
from app.portal.services.search.hits import DeviceHit, to_found_hit
from app.portal.services.search.patterns import to_pattern

_PATH = ("search", "device")
_MOST = 100  # devices of an answer


@dataclass(frozen=True)
class LiveResults:
    """The devices that the platform found; where `has_more`, it may know others."""

    hits: Sequence[DeviceHit]
    has_more: bool


class LiveSearch:
    def __init__(self, api: ApiClient, user: User) -> None:
        self._api = api
        self._user = user

    def find(self, text: str) -> LiveResults:
        """Return the devices with the words in their names, MACs and other listed fields. Raises ApiError.

        The platform is asked for the longest word, once for each field: its criteria must all hold.
        """
        pattern = to_pattern(text)
        if not pattern.words:
            return LiveResults((), False)
        word = max((next(iter(notations)) for notations in pattern.words), key=len)
        queries = [{"insensitiveDeviceNameContains": word, "responseSizeLimit": str(_MOST)}]
        if digits := mac.parse_part(text):
            queries.append({"insensitiveDeviceMacAddressContains": digits, "responseSizeLimit": str(_MOST)})
        for query in queries:
            self._api.begin(_PATH, query)
        answers = [self._api.get(_PATH, FoundDeviceList, query).devices for query in queries]
        rows = {(row.tenant_id, row.group_id, row.device_name): row for answer in answers for row in answer}
        usable = [row for row in rows.values() if self._is_usable(row)]
        hits = [hit for row in usable if (hit := to_found_hit(row, pattern))]
        ordered = sorted(hits, key=lambda hit: (fold(hit.device_name), hit.group.tenant_id, hit.group.group_id))
        return LiveResults(ordered[:_MOST], any(len(answer) >= _MOST for answer in answers))

    def _is_usable(self, row: FoundDevice) -> bool:
        """Return True where it is clear what and where the device is, and the user may see it."""
        is_clear = not row.problems.keys() & {"", "tenant_id", "group_id", "device_name"}
        return is_clear and self._user.reaches(row.tenant_id, row.group_id)
