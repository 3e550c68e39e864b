"""The tags that a device's files may use."""

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiUnavailable
from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUsers
from app.portal.models.tag import Tag
from app.portal.models.tag import Tags as AvailableTags
from app.portal.places import Place
from app.portal.services.native_tags import native_tags
from app.portal.services.tag_resolver import Resolution, resolve


class Tags:
    """The tags of the devices that one person can reach."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def resolution(self, place: Place, device: AccessDevice) -> Resolution:
        """What every tag stands for on this device; without the people on its lines where they cannot be read."""
        return resolve(self._definitions(place, device.device_name), native_tags(device, self._lines(place, device)))

    def _definitions(self, place: Place, name: str) -> tuple[Tag, ...]:
        return self._api.get((*_path(place, name), "available_tags"), AvailableTags).available_tags

    def _lines(self, place: Place, device: AccessDevice) -> ConnectedUsers | None:
        try:
            return self._api.get((*_path(place, device.device_name), "connected_users"), ConnectedUsers)
        except ApiUnavailable:
            return None


def _path(place: Place, name: str) -> tuple[str, ...]:
    return ("tenants", place.tenant_id, "groups", place.group_id, "access_devices", name)
