"""Devices of a group that set a tag or have a custom config file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.api.stored_errors import from_json
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.table import DeviceTable
from app.portal.services.index.group_check import GroupChecks
from app.portal.store.index.uses import IndexUses


@dataclass(frozen=True)
class SameContent:
    """Devices whose custom file has the same content; `size` in bytes, None where no content was read."""

    sha256: str | None
    size: int | None
    devices: Sequence[AccessDeviceRow]


@dataclass(frozen=True)
class ReadShare:
    """So many devices of all were read, the first of them at `oldest`."""

    read: int
    total: int
    oldest: datetime | None


@dataclass(frozen=True)
class CheckProgress:
    done: int
    total: int
    is_running: bool
    is_lost: bool
    failure: ApiError | None


class WhereUsed:
    """Answers about a group whose list was just shown to the caller; devices that it does not have are left out."""

    def __init__(self, client: ApiClient, uses: IndexUses, checks: GroupChecks, *, is_on: bool) -> None:
        """`is_on` if readings are kept."""
        self.is_on = is_on
        self._client = client
        self._uses = uses
        self._checks = checks

    def find_tag(self, group: GroupRef, tag_name: str, table: DeviceTable) -> Sequence[SameContent]:
        """Return the devices that set the tag, as one entry; the values are not known."""
        devices = _rows(table, self._uses.find_tag(group, tag_name))
        return [SameContent(None, None, devices)] if devices else []

    def find_file(self, group: GroupRef, file_format: str, table: DeviceTable) -> Sequence[SameContent]:
        """Return the devices by content, that of most devices first and unread ones last."""
        names: dict[tuple[str | None, int | None], list[str]] = {}
        for file in self._uses.find_file(group, file_format):
            names.setdefault((file.sha256, file.size), []).append(file.device_name)
        contents = [SameContent(*content, _rows(table, of_content)) for content, of_content in names.items()]
        present = [content for content in contents if content.devices]
        return sorted(present, key=_content_order)

    def share(self, group: GroupRef, part: str, table: DeviceTable) -> ReadShare:
        times = self._times(group, part, table)
        oldest = datetime.fromtimestamp(min(times.values()), UTC) if times else None
        return ReadShare(len(times), len(table.rows), oldest)

    def progress(self, group: GroupRef, part: str) -> CheckProgress | None:
        """Return how far the last check is, or was when it ended; None where there was none."""
        state = self._checks.store.load(group, part)
        if state is None:
            return None
        failure = from_json(state.error) if state.error else None
        return CheckProgress(state.done, state.total, state.is_running, state.is_lost, failure)

    def start_check(self, group: GroupRef, part: str, table: DeviceTable) -> None:
        """Begin to read the devices that were not read or, where all were, all of them, the oldest reading first."""
        if not self.is_on:
            return
        times = self._times(group, part, table)
        names = [row.device_name for row in table.rows if is_addressable(row.device_name)]
        unread = [name for name in names if name not in times]
        self._checks.start(self._client, group, part, unread or sorted(names, key=lambda name: times[name]))

    def stop_check(self, group: GroupRef, part: str) -> None:
        self._checks.store.stop(group, part)

    def _times(self, group: GroupRef, part: str, table: DeviceTable) -> Mapping[str, float]:
        times = self._uses.read_times(group, part)
        return {row.device_name: times[row.device_name] for row in table.rows if row.device_name in times}


def _rows(table: DeviceTable, names: Sequence[str]) -> Sequence[AccessDeviceRow]:
    """Return the rows with these names, in the order of the list."""
    indexes = sorted(index for index in map(table.find_index, names) if index is not None)
    return [table.rows[index] for index in indexes]


def _content_order(content: SameContent) -> tuple[bool, int, str]:
    return content.sha256 is None, -len(content.devices), content.sha256 or ""
