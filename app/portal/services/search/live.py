"""The platform's own search over all devices, for what the index has not read. Only system admins may use it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.domain import mac
from app.portal.domain.refs import EVERYWHERE, GroupRef, Scope
from app.portal.domain.search_words import fold
from app.portal.domain.users import User
from app.portal.models.access_device import FoundDevice, FoundDeviceList
from app.portal.services.search.hits import DeviceHit, HitList, is_hit, to_found_hit
from app.portal.services.search.patterns import to_pattern
from app.portal.store.index.lookups import IndexLookup

_PATH = ("search", "device")
MOST_FOUND = 100  # devices of an answer


@dataclass(frozen=True)
class LiveResults:
    """The devices that the platform found; where `has_more`, it may know others."""

    hits: Sequence[DeviceHit]
    has_more: bool


class LiveSearch:
    def __init__(self, api: ApiClient, lookup: IndexLookup, user: User) -> None:
        self._api = api
        self._lookup = lookup
        self._user = user

    def find(self, text: str, within: Scope = EVERYWHERE) -> LiveResults:
        """Return the devices with the words in their names, MACs and other listed fields. Raises ApiError.

        The platform is asked for the longest word, once for each field: its criteria must all hold.
        """
        pattern = to_pattern(text)
        if not pattern.words:
            return LiveResults((), False)
        word = max((next(iter(notations)) for notations in pattern.words), key=len)
        queries = [{"insensitiveDeviceNameContains": word, "responseSizeLimit": str(MOST_FOUND)}]
        if digits := mac.parse_part(text):
            queries.append({"insensitiveDeviceMacAddressContains": digits, "responseSizeLimit": str(MOST_FOUND)})
        for query in queries:
            self._api.begin(_PATH, query)
        answers = [self._api.get(_PATH, FoundDeviceList, query).devices for query in queries]
        rows = {(row.tenant_id, row.group_id, row.device_name): row for answer in answers for row in answer}
        usable = [row for row in rows.values() if self._is_usable(row, within)]
        hits = [hit for row in usable if (hit := to_found_hit(row, pattern))]
        ordered = sorted(hits, key=lambda hit: (fold(hit.device_name), hit.group.tenant_id, hit.group.group_id))
        return LiveResults(ordered[:MOST_FOUND], any(len(answer) >= MOST_FOUND for answer in answers))

    def merge(self, indexed: HitList[DeviceHit], live: LiveResults, text: str, most: int) -> HitList[DeviceHit]:
        """Return the shown hits of the index as the platform has them now, then what only the platform finds.

        `most`: hits that the page shows.
        """
        by_name = {(hit.group, hit.device_name): hit for hit in live.hits}
        hits = [by_name.pop((hit.group, hit.device_name), hit) for hit in indexed.hits]
        pattern = to_pattern(text)
        for row in self._lookup.load(list(by_name)):
            if is_hit(row, pattern):  # on another page
                del by_name[GroupRef(row.tenant_id, row.group_id), row.device_name]
        total = indexed.total + len(by_name)
        return HitList([*hits, *by_name.values()][:most], total, indexed.has_more or live.has_more)

    def _is_usable(self, row: FoundDevice, within: Scope) -> bool:
        """Return True where it is clear what and where the device is, and the user may see it."""
        if row.problems.keys() & {"", "tenant_id", "group_id", "device_name"}:
            return False
        is_within = within.tenant_id in {None, row.tenant_id} and within.group_id in {None, row.group_id}
        return is_within and self._user.reaches(row.tenant_id, row.group_id)
