"""The tags that a device's files may use."""

from collections.abc import Sequence
from datetime import datetime

from app.portal.api.client import ApiClient
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.models.connected_user import ConnectedUserList
from app.portal.models.tag import Tag, TagList
from app.portal.services.files.service import ConfigFiles
from app.portal.services.files.text import read_text
from app.portal.services.index.feed import IndexFeed
from app.portal.services.parts import read_part
from app.portal.services.paths import devices_path
from app.portal.services.read_cache import ReadCache, Snapshot
from app.portal.services.tags.levels import LevelName
from app.portal.services.tags.native import native_tags
from app.portal.services.tags.resolver import Resolution, resolve_tags
from app.portal.services.tags.table import TagTable
from app.portal.services.tags.uses import TagUses, find_tag_uses
from app.portal.store.file_versions import FileVersions


class Tags:
    """The tags of the devices that one user can reach; like lists, they may be some seconds old."""

    def __init__(
        self,
        api: ApiClient,
        files: ConfigFiles,
        versions: FileVersions,
        resolutions: ReadCache[Resolution],
        tables: ReadCache[TagTable],
        index: IndexFeed,
        username: str,
    ) -> None:
        self._api = api
        self._files = files
        self._versions = versions
        self._resolutions = resolutions
        self._tables = tables
        self._index = index
        self._username = username

    def begin(self, group: GroupRef, device_name: str) -> None:
        """Begin to read what the tags of a device follow from, unless they are kept."""
        if not self._resolutions.has_fresh(self._username, group, (device_name,)):
            self._api.begin(devices_path(group, device_name, "available_tags"))
            self._api.begin(devices_path(group, device_name, "connected_users"))

    def begin_table(self, group: GroupRef, device_name: str) -> None:
        """The same for the table of them, which says which files use them."""
        if not self._tables.has_fresh(self._username, group, (device_name, "")):
            self.begin(group, device_name)
            self._api.begin(devices_path(group, device_name, "config_files"))

    def resolution(self, group: GroupRef, device: AccessDevice) -> Resolution:
        """Resolve every tag of a device; without the people on its lines where they cannot be read."""
        return self._resolution(group, device).value

    def table(
        self, group: GroupRef, device: AccessDevice, tag_set: str = "", newer_than: datetime | None = None
    ) -> Snapshot[TagTable]:
        """Return all tags of a device, or those of a tag set. Raises ApiNotFound for an unknown set."""

        def read() -> TagTable:
            if tag_set:
                listed = {row.name for row in self._definitions(group, device.device_name, tagSetName=tag_set)}
                return self.table(group, device, newer_than=newer_than).value.of_set(tag_set, listed)
            snapshot = self._resolution(group, device, newer_than)
            uses = self._find_uses(group, device.device_name, snapshot.value)
            return TagTable(snapshot.value, uses, snapshot.as_of)

        return self._tables.get(self._username, group, read, newer_than, (device.device_name, tag_set))

    def _resolution(
        self, group: GroupRef, device: AccessDevice, newer_than: datetime | None = None
    ) -> Snapshot[Resolution]:
        def read() -> Resolution:
            self.begin(group, device.device_name)
            definitions = self._definitions(group, device.device_name)
            own = {tag.name for tag in definitions if tag.level == LevelName.DEVICE and not tag.problems}
            self._index.add_tags(group, device.device_name, own)
            return resolve_tags(definitions, native_tags(device, self._lines(group, device.device_name)))

        return self._resolutions.get(self._username, group, read, newer_than, (device.device_name,))

    def _definitions(self, group: GroupRef, device_name: str, **query: str) -> tuple[Tag, ...]:
        return self._api.get(devices_path(group, device_name, "available_tags"), TagList, query).available_tags

    def _lines(self, group: GroupRef, device_name: str) -> ConnectedUserList | None:
        path = devices_path(group, device_name, "connected_users")
        return read_part(lambda: self._api.get(path, ConnectedUserList)).value

    def _find_uses(self, group: GroupRef, device_name: str, resolution: Resolution) -> TagUses | None:
        """Return None where no file can be read, which keeps nobody from the tags."""
        part = read_part(lambda: self._contents(group, device_name))
        if part.value is None:
            return None
        contents, as_sent = part.value
        texts = {
            file_format: None if content is None else read_text(content) for file_format, content in contents.items()
        }
        if texts and not any(texts.values()):
            return None
        return find_tag_uses(texts, resolution.names, [file_format for file_format in as_sent if texts[file_format]])

    def _contents(self, group: GroupRef, device_name: str) -> tuple[dict[str, bytes | None], Sequence[str]]:
        """Return the bytes of each file by format, and the files whose bytes are those that the portal sent last."""
        contents = dict(self._files.contents(group, device_name))
        as_sent = [file_format for file_format, content in contents.items() if content is None]
        contents |= {file_format: self._last_sent(group, device_name, file_format) for file_format in as_sent}
        return contents, as_sent

    def _last_sent(self, group: GroupRef, device_name: str, file_format: str) -> bytes | None:
        file = FileRef(group, device_name, file_format)
        last = self._versions.last_sent(file, self._files.get(group, device_name, file_format).known_source)
        return None if last is None else self._versions.content(file, last.id)
