"""Checks that read the files or the tags of devices of a group, with the session of the person who asked for it.

A few devices are read side by side; then the platform has as long a pause as it needed for them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep
from typing import TypeVar

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.api.stored_errors import to_json
from app.portal.domain.device_parts import TAGS
from app.portal.domain.refs import GroupRef
from app.portal.domain.sequences import in_chunks
from app.portal.services.background import BackgroundJobs
from app.portal.services.changes.executor import log_database_errors
from app.portal.services.index.device_round import DeviceRounds
from app.portal.store.index.checks import CheckStore
from app.portal.store.index.recording import IndexRecorder

_AT_ONCE = 3  # devices
_LONGEST_PAUSE = 5.0  # seconds

T = TypeVar("T")


class PersonCalls:
    """Calls that outlive the request of the person whose session they use."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client.detach()

    def read(self, read: Callable[[ApiClient], T], record: Callable[[T, float], None]) -> None:
        began = monotonic()
        record(read(self._client), monotonic() - began)


class GroupChecks:
    """The checks of this process; `store` knows those of all."""

    def __init__(self, store: CheckStore, recorder: IndexRecorder) -> None:
        self.store = store
        self._recorder = recorder
        self._jobs = BackgroundJobs()

    def start(self, client: ApiClient, group: GroupRef, part: str, names: Sequence[str]) -> None:
        """Begin to read these devices, unless a check of the same runs anywhere."""
        token = self.store.begin(group, part, len(names))
        if token is not None:
            rounds = DeviceRounds(PersonCalls(client), self._recorder)
            read = rounds.read_tags if part == TAGS else rounds.read_files
            work = partial(self._run, group, part, token, partial(_read, read, group), names)
            self._jobs.start((group, part), work)

    def wait(self, group: GroupRef, part: str) -> None:
        """Wait until the check of this process has ended."""
        job = self._jobs.find((group, part))
        if job:
            job.result()

    def _run(self, group: GroupRef, part: str, token: str, read: Callable[[str], None], names: Sequence[str]) -> None:
        error, done = None, 0
        with log_database_errors("a check of a group"):
            try:
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    for chunk in in_chunks(names, _AT_ONCE):
                        began = monotonic()
                        list(pool.map(read, chunk))
                        done += len(chunk)
                        if not self.store.advance(group, part, token, done):
                            return
                        sleep(min(monotonic() - began, _LONGEST_PAUSE))
            except ApiError as failure:
                error = to_json(failure)
            self.store.end(group, part, token, error)


def _read(read: Callable[[GroupRef, str], None], group: GroupRef, name: str) -> None:
    """Pass over a device that is gone. Any other refusal ends the check, as others would follow."""
    try:
        read(group, name)
    except ApiNotFound as error:
        if not error.messages:
            raise
