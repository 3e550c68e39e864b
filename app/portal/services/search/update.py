"""Reading groups anew for a search: their devices, and who is on them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from time import monotonic

from app.portal.api.client import ApiClient
from app.portal.domain.refs import GroupRef
from app.portal.domain.users import User
from app.portal.models.end_point import EndPointList
from app.portal.services.devices.service import Devices
from app.portal.services.directory import end_points_path
from app.portal.services.index.feed import IndexFeed
from app.portal.services.parts import read_part
from app.portal.services.search.service import SearchResults

_MOST_GROUPS = 5  # read for one search
_LONGEST_WAIT = 1.0  # seconds, after which lists that come later are not waited for


class SearchUpdate:
    """Reads with the session of one user."""

    def __init__(self, api: ApiClient, devices: Devices, feed: IndexFeed, user: User) -> None:
        self._api = api
        self._devices = devices
        self._feed = feed
        self._user = user

    def list_groups(self, results: SearchResults, within: GroupRef) -> Sequence[GroupRef]:
        """Return the groups with most hits or, where there are none, the one that was searched, if it was one."""
        if not self._feed.is_on:
            return ()
        counts = [(group, count) for group, count in results.groups.items() if group.group_id]
        groups = [group for group, _ in sorted(counts, key=lambda pair: -pair[1])[:_MOST_GROUPS]]
        if not groups:
            groups = [group for group in (within, self._user.group) if group.tenant_id and group.group_id][:1]
        return [group for group in groups if self._user.reaches(group.tenant_id, group.group_id)]

    def read(self, groups: Sequence[GroupRef], newer_than: datetime) -> Sequence[GroupRef]:
        """Have the groups read side by side, and put them into the index. Return those that were not read in full."""
        began = monotonic()
        for group in groups:
            self._api.begin(end_points_path(group))
            read_part(partial(self._devices.list, group, newer_than=newer_than, waits=False))
        unread = [group for group in groups if not self._read(group, newer_than, began)]
        self._feed.flush()
        return unread

    def _read(self, group: GroupRef, newer_than: datetime, began: float) -> bool:
        points = read_part(lambda: self._api.get(end_points_path(group), EndPointList)).value
        waits = monotonic() - began < _LONGEST_WAIT
        listed = read_part(lambda: self._devices.list(group, newer_than=newer_than, waits=waits)).value
        if points:
            self._feed.add_people_of_group(group, points.end_points, began)
        return points is not None and listed is not None and listed.as_of is not None and listed.as_of > newer_than
