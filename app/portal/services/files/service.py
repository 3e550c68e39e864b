"""The configuration files of a device: which there are, one of them, and its bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiInvalid, ApiNotFound, ApiUnauthenticated, ApiUnavailable
from app.portal.domain.refs import GroupRef
from app.portal.models.config_file import ConfigFile, ConfigFileContent, ConfigFileList, ConfigFileRow
from app.portal.services.paths import devices_path

MOST_ASKED = 12  # files of one device that are read for a page; a type has one to three


@dataclass(frozen=True)
class Described:
    """A row of the list with what reading its file told: `file`, or why not. Neither: it was not asked for."""

    row: ConfigFileRow
    file: ConfigFile | None = None
    failure: ApiError | None = None


class ConfigFiles:
    """Files of the devices that one person can reach."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def list(self, group: GroupRef, device_name: str) -> tuple[ConfigFileRow, ...]:
        return self._api.get(_path(group, device_name), ConfigFileList).config_files

    def get(self, group: GroupRef, device_name: str, file_format: str) -> ConfigFile:
        return self._api.get(_path(group, device_name, file_format), ConfigFile)

    def content(self, group: GroupRef, device_name: str, file_format: str) -> bytes | None:
        """The bytes of a file that there is; None where this backend cannot show any."""
        try:
            return self._api.get((*_path(group, device_name, file_format), "content"), ConfigFileContent).file_content
        except ApiNotFound:
            return None
        except ApiInvalid as error:
            if error.status == 405:
                return None
            raise

    def described(self, group: GroupRef, device_name: str) -> tuple[Described, ...]:
        """All files, each with what only reading it tells.

        They are read one after the other; where the backend stops answering, no other one waits for it again.
        """
        return tuple(self._described(group, device_name, self.list(group, device_name)))

    def contents(self, group: GroupRef, device_name: str) -> Mapping[str, bytes | None]:
        """By format, the bytes of each file; None where this backend cannot show them. Raises ApiError."""
        rows = [row for row in self.list(group, device_name)[:MOST_ASKED] if not row.unlinkable_reason]
        return {row.file_format: self.content(group, device_name, row.file_format) for row in rows}

    def _described(self, group: GroupRef, device_name: str, rows: tuple[ConfigFileRow, ...]) -> Iterator[Described]:
        lost: ApiError | None = None
        for number, row in enumerate(rows):
            if lost or number >= MOST_ASKED or row.unlinkable_reason:
                yield Described(row, failure=lost)
                continue
            try:
                yield Described(row, self.get(group, device_name, row.file_format))
            except ApiUnauthenticated:
                raise
            except ApiError as error:
                lost = error if isinstance(error, ApiUnavailable) else None
                yield Described(row, failure=error)


def _path(group: GroupRef, device_name: str, *file_format: str) -> tuple[str, ...]:
    return devices_path(group, device_name, "config_files", *file_format)
