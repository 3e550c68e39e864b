"""Readings of pages and rounds, put into the index beside them."""

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic

from app.portal.domain.refs import FileRef, GroupRef
from app.portal.models.access_device import AccessDevice, AccessDeviceRow
from app.portal.models.connected_user import ConnectedUser
from app.portal.models.end_point import EndPoint
from app.portal.services.background import BackgroundJobs
from app.portal.services.changes.executor import log_database_errors
from app.portal.services.index.conversion import to_details, to_listed, to_person
from app.portal.store.index.recording import IndexRecorder
from app.portal.store.index.records import FileOnDevice

_MOST_WAITING = 500  # readings; a database that cannot follow must not fill the memory
_MOST_EARLY = 100  # readings of devices that the index does not know yet


@dataclass(frozen=True)
class _Observation:
    """`write` takes the seconds since the reading. It returns False where its device is not known: `part` names it.

    `group` is the one whose devices are known better after it.
    """

    read_at: float
    write: Callable[[float], bool | None]
    part: tuple[GroupRef, str, str] | None = None
    group: GroupRef | None = None


class IndexFeed:
    """Takes readings of one process, and writes them in their order beside the pages. Off: it takes none.

    What belongs to a device that the index does not know yet is written once a reading shows the device.
    """

    def __init__(self, recorder: IndexRecorder, *, is_on: bool) -> None:
        self._recorder = recorder
        self.is_on = is_on
        self._waiting: deque[_Observation] = deque()
        self._early: dict[tuple[GroupRef, str, str], _Observation] = {}
        self._jobs = BackgroundJobs()

    def add_list(self, group: GroupRef, rows: Iterable[AccessDeviceRow], content: bytes, began: float) -> None:
        """`content` is the same for equal lists only. `began` is when the reading did, by the monotonic clock."""
        digest = hashlib.sha256(content).hexdigest()
        self._add(lambda age: self._recorder.record_list(group, to_listed(rows), age, digest), began, group=group)

    def add_device(self, group: GroupRef, name: str, device: AccessDevice) -> None:
        self._add(lambda age: self._recorder.record_device(group, name, to_details(device), age), group=group)

    def add_people(self, group: GroupRef, name: str, users: Iterable[ConnectedUser]) -> None:
        people = [to_person(name, user) for user in users]
        self._add(
            lambda age: self._recorder.record_people_of_device(group, name, people, age), part=(group, name, "people")
        )

    def add_people_of_group(self, group: GroupRef, points: Iterable[EndPoint], began: float) -> None:
        people = [to_person(point.device_name, point) for point in points]
        self._add(lambda age: self._recorder.record_people_of_group(group, people, age), began)

    def add_files(self, group: GroupRef, name: str, files: Collection[FileOnDevice]) -> None:
        self._add(lambda age: self._recorder.record_files(group, name, files, age), part=(group, name, "files"))

    def add_file(self, group: GroupRef, name: str, file: FileOnDevice) -> None:
        self._add(lambda _age: self._recorder.record_file(group, name, file))

    def add_content(self, file: FileRef, content: bytes) -> None:
        self._add(lambda _age: self._recorder.record_content(file, content))

    def add_tags(self, group: GroupRef, name: str, tag_names: Collection[str]) -> None:
        self._add(lambda age: self._recorder.record_tags(group, name, tag_names, age), part=(group, name, "tags"))

    def add_directory(self, tenant_id: str, tenant_name: str, groups: Mapping[str, str]) -> None:
        self._add(lambda _age: self._recorder.record_directory(tenant_id, tenant_name, groups))

    def forget_device(self, group: GroupRef, name: str) -> None:
        self._add(lambda _age: self._recorder.forget_device(group, name))

    def flush(self) -> None:
        """Wait until everything that was added so far is written."""
        while self._waiting or self._jobs.find("write"):
            self._jobs.start("write", self._write_all).result()

    def _add(
        self,
        write: Callable[[float], bool | None],
        began: float | None = None,
        *,
        part: tuple[GroupRef, str, str] | None = None,
        group: GroupRef | None = None,
    ) -> None:
        if self.is_on and len(self._waiting) < _MOST_WAITING:
            self._waiting.append(_Observation(monotonic() if began is None else began, write, part, group))
            self._jobs.start("write", self._write_all)

    def _write_all(self) -> None:
        while self._waiting:
            observation = self._waiting.popleft()
            self._write(observation)
            for part in [part for part in self._early if part[0] == observation.group]:
                self._write(self._early.pop(part))

    def _write(self, observation: _Observation) -> None:
        with log_database_errors("a reading for the index"):
            is_known = observation.write(monotonic() - observation.read_at) is not False
            if observation.part and not is_known:
                self._early[observation.part] = observation
                if len(self._early) > _MOST_EARLY:
                    del self._early[next(iter(self._early))]
