"""The reads of a page, begun together so that it waits once; each is asked for later by the service that needs it."""

from enum import Enum, auto

from app.portal.api.client import ApiClient
from app.portal.domain.refs import GroupRef
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.paths import devices_path
from app.portal.services.tags.service import Tags


class DeviceRead(Enum):
    """Reads of a device that a page needs."""

    DETAIL = auto()
    LINES = auto()
    FILES = auto()
    FILE_AND_CONTENT = auto()
    TAGS = auto()
    TAG_TABLE = auto()
    PHONE_TYPES = auto()


class SideBySide:
    def __init__(self, api: ApiClient, tags: Tags, phone_types: PhoneTypes) -> None:
        self._api = api
        self._tags = tags
        self._phone_types = phone_types

    def begin(self, read: DeviceRead, group: GroupRef, device_name: str, file_format: str = "") -> None:
        """Begin the read, unless its result is kept already."""
        match read:
            case DeviceRead.DETAIL:
                self._begin(group, device_name)
            case DeviceRead.LINES:
                self._begin(group, device_name, "connected_users")
            case DeviceRead.FILES:
                self._begin(group, device_name, "config_files")
            case DeviceRead.FILE_AND_CONTENT:
                self._begin(group, device_name, "config_files", file_format)
                self._begin(group, device_name, "config_files", file_format, "content")
            case DeviceRead.TAGS:
                self._tags.begin(group, device_name)
            case DeviceRead.TAG_TABLE:
                self._tags.begin_table(group, device_name)
            case DeviceRead.PHONE_TYPES:
                self._phone_types.begin()

    def _begin(self, group: GroupRef, *names: str) -> None:
        self._api.begin(devices_path(group, *names))
