"""The tags that a device's files may use."""

from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiUnavailable
from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUsers
from app.portal.models.tag import Tag
from app.portal.models.tag import Tags as AvailableTags
from app.portal.places import Place
from app.portal.services.native_tags import native_tags
from app.portal.services.snapshots import Snapshot, Snapshots
from app.portal.services.tag_resolver import Resolution, resolve
from app.portal.services.tag_table import TagTable


class Tags:
    """The tags of the devices that one person can reach; like lists, they may be some seconds old."""

    def __init__(self, api: ApiClient, snapshots: Snapshots[TagTable], username: str) -> None:
        self._api = api
        self._snapshots = snapshots
        self._username = username

    def table(
        self, place: Place, device: AccessDevice, tag_set: str = "", newer_than: datetime | None = None
    ) -> Snapshot[TagTable]:
        """All tags of a device, or those that the platform lists for a set. Raises ApiNotFound for an unknown one."""

        def read() -> TagTable:
            if not tag_set:
                found = self._resolve(place, device)
                return TagTable(found, found.tags)
            listed = {row.name for row in self._definitions(place, device.device_name, tagSetName=tag_set)}
            found = self.resolution(place, device, newer_than)
            return TagTable(found, [tag for tag in found.tags if tag.name in listed], tag_set)

        return self._snapshots.get(self._username, place, read, newer_than, (device.device_name, tag_set))

    def resolution(self, place: Place, device: AccessDevice, newer_than: datetime | None = None) -> Resolution:
        """What every tag stands for on this device; without the people on its lines where they cannot be read."""
        return self.table(place, device, newer_than=newer_than).value.resolution

    def _resolve(self, place: Place, device: AccessDevice) -> Resolution:
        return resolve(self._definitions(place, device.device_name), native_tags(device, self._lines(place, device)))

    def _definitions(self, place: Place, name: str, **query: str) -> tuple[Tag, ...]:
        return self._api.get((*_path(place, name), "available_tags"), AvailableTags, query).available_tags

    def _lines(self, place: Place, device: AccessDevice) -> ConnectedUsers | None:
        try:
            return self._api.get((*_path(place, device.device_name), "connected_users"), ConnectedUsers)
        except ApiUnavailable:
            return None


def _path(place: Place, name: str) -> tuple[str, ...]:
    return ("tenants", place.tenant_id, "groups", place.group_id, "access_devices", name)
