"""Reading of one device in a round."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList
from app.portal.models.connected_user import ConnectedUserList
from app.portal.models.tag import TagList
from app.portal.services.files.service import CUSTOM, MAX_FILES_READ
from app.portal.services.index.conversion import to_details, to_person
from app.portal.services.paths import devices_path
from app.portal.services.tags.levels import LevelName
from app.portal.store.index.recording import IndexRecorder
from app.portal.store.index.records import FileOnDevice

T = TypeVar("T")


class DeviceCalls(Protocol):
    def read(self, read: Callable[[ApiClient], T], record: Callable[[T, float], None]) -> None:
        """Make one call and record the answer, with the seconds since it was asked for."""


class DeviceRounds:
    """Reads parts of a device; one that the platform refuses hides no other."""

    def __init__(self, calls: DeviceCalls, recorder: IndexRecorder) -> None:
        self._calls = calls
        self._recorder = recorder

    def read_people(self, group: GroupRef, name: str) -> None:
        """Raises ApiError, RoundPaused."""

        def record(users: ConnectedUserList, age: float) -> None:
            people = [to_person(name, user) for user in users.users]
            self._recorder.record_people_of_device(group, name, people, age)

        path = devices_path(group, name, "connected_users")
        self._calls.read(lambda api: api.get(path, ConnectedUserList), record)

    def read_details(self, group: GroupRef, name: str) -> None:
        """Read the device, its files and its tags. Raises the same."""

        def record(device: AccessDevice, age: float) -> None:
            self._recorder.record_device(group, name, to_details(device), age)

        try:
            self._calls.read(lambda api: api.get(devices_path(group, name), AccessDevice), record)
        except ApiNotFound as error:
            if error.messages:  # the platform itself says so
                self._recorder.forget_device(group, name)
                return
            raise
        for read in (self.read_files, self.read_tags):
            with suppress(ApiError):
                read(group, name)

    def read_files(self, group: GroupRef, name: str) -> None:
        """Read which files are custom, and the contents of those."""
        formats: list[str] = []
        path = devices_path(group, name, "config_files")

        def keep(files: ConfigFileList, _age: float) -> None:
            formats.extend(row.file_format for row in files.config_files if not row.unlinkable_reason)

        self._calls.read(lambda api: api.get(path, ConfigFileList), keep)
        sources: dict[str, str] = {}
        for file_format in formats[:MAX_FILES_READ]:
            self._read_source((*path, file_format), partial(sources.__setitem__, file_format))
        files = [FileOnDevice(file_format=key, is_custom=source == CUSTOM) for key, source in sources.items()]
        self._recorder.record_files(group, name, files, 0.0)
        for file in files:
            if file.is_custom:
                with suppress(ApiError):  # not every platform shows a content
                    self._read_content(FileRef(group, name, file.file_format), (*path, file.file_format, "content"))

    def _read_source(self, path: tuple[str, ...], keep: Callable[[str], None]) -> None:
        self._calls.read(lambda api: api.get(path, ConfigFile), lambda file, _age: keep(file.known_source))

    def _read_content(self, file: FileRef, path: tuple[str, ...]) -> None:
        def record(content: ConfigFileContent, _age: float) -> None:
            self._recorder.record_content(file, content.file_content)

        self._calls.read(lambda api: api.get(path, ConfigFileContent), record)

    def read_tags(self, group: GroupRef, name: str) -> None:
        def record(tags: TagList, age: float) -> None:
            names = [tag.name for tag in tags.available_tags if tag.level == LevelName.DEVICE]
            self._recorder.record_tags(group, name, names, age)

        path = devices_path(group, name, "available_tags")
        self._calls.read(lambda api: api.get(path, TagList), record)
