"""The configuration files of a device: their list, one of them, and its bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiRefused, ApiUnauthenticated
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList, ConfigFileRow
from app.portal.services.index.feed import IndexFeed
from app.portal.services.paths import devices_path
from app.portal.store.index.records import FileOnDevice

DEFAULT, CUSTOM = "Default", "Custom"  # sources
MAX_FILES_READ = 12  # of one device for a page; a type has one to three


@dataclass(frozen=True)
class ListedFile:
    """A row of the list, with its file or why that could not be read. Neither: it was not asked for."""

    row: ConfigFileRow
    file: ConfigFile | None = None
    failure: ApiError | None = None


class ConfigFiles:
    """Files of the devices that one user can reach."""

    def __init__(self, api: ApiClient, index: IndexFeed) -> None:
        self._api = api
        self._index = index

    def list(self, group: GroupRef, device_name: str) -> tuple[ConfigFileRow, ...]:
        return self._api.get(_path(group, device_name), ConfigFileList).config_files

    def get(self, group: GroupRef, device_name: str, file_format: str) -> ConfigFile:
        return self._api.get(_path(group, device_name, file_format), ConfigFile)

    def content(self, group: GroupRef, device_name: str, file_format: str) -> bytes | None:
        """Return the bytes of a file that is there; None where this backend cannot show any.

        Raises ApiUnavailable where it cannot show them just now.
        """
        try:
            answer = self._api.get((*_path(group, device_name, file_format), "content"), ConfigFileContent)
        except ApiRefused:  # the call is not documented, so that any refusal may mean that there is none
            return None
        self._index.add_content(FileRef(group, device_name, file_format), answer.file_content)
        return answer.file_content

    def list_with_details(self, group: GroupRef, device_name: str) -> Sequence[ListedFile]:
        """Read all files, side by side."""
        rows = self.list(group, device_name)
        readable = {row.file_format for row in rows[:MAX_FILES_READ] if not row.unlinkable_reason}
        for file_format in readable:
            self._api.begin(_path(group, device_name, file_format))
        listed = [
            self._read_details(group, device_name, row) if row.file_format in readable else ListedFile(row)
            for row in rows
        ]
        sources = {file.row.file_format: file.file.known_source for file in listed if file.file}
        if len(sources) == len(listed) and all(sources.values()):  # else it is not known how many are custom
            self._index.add_files(group, device_name, [_to_indexed(name, source) for name, source in sources.items()])
        return listed

    def contents(self, group: GroupRef, device_name: str) -> Mapping[str, bytes | None]:
        """Return the bytes of each file by format; None where this backend cannot show them. Raises ApiError."""
        rows = [row for row in self.list(group, device_name)[:MAX_FILES_READ] if not row.unlinkable_reason]
        for row in rows:
            self._api.begin((*_path(group, device_name, row.file_format), "content"))
        return {row.file_format: self.content(group, device_name, row.file_format) for row in rows}

    def index_content(self, file: FileRef, content: bytes | None) -> None:
        """Tell the index what was made of a file; None is the template of the type."""
        changed = _to_indexed(file.file_format, DEFAULT if content is None else CUSTOM)
        self._index.add_file(file.group, file.device_name, changed)
        if content is not None:
            self._index.add_content(file, content)

    def _read_details(self, group: GroupRef, device_name: str, row: ConfigFileRow) -> ListedFile:
        try:
            return ListedFile(row, self.get(group, device_name, row.file_format))
        except ApiUnauthenticated:
            raise
        except ApiError as error:
            return ListedFile(row, failure=error)


def _to_indexed(file_format: str, source: str) -> FileOnDevice:
    return FileOnDevice(file_format=file_format, is_custom=source == CUSTOM)


def _path(group: GroupRef, device_name: str, *file_format: str) -> tuple[str, ...]:
    return devices_path(group, device_name, "config_files", *file_format)
