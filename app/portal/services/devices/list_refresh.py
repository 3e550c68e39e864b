"""Reading a device list beside the pages: by whoever holds its lease, for all who wait for it."""

from functools import partial
from time import monotonic

from app.portal.api.errors import ApiError, ApiUnauthenticated, ApiUnavailable
from app.portal.api.stored_errors import to_json
from app.portal.domain.refs import GroupRef
from app.portal.services.changes.executor import log_database_errors
from app.portal.services.devices.group_probe import call_probe, find_probe
from app.portal.services.devices.list_copies import compress
from app.portal.services.devices.list_reading import ListReader, is_silence
from app.portal.services.index.feed import IndexFeed
from app.portal.services.lease_renewal import renewing
from app.portal.store.confirmations import Confirmations
from app.portal.store.device_lists import SHARED, DeviceListStore, ListKey, ListLease, NewContent


class ListRefresh:
    """`lease_seconds` is how long others wait for a reader that was killed."""

    def __init__(
        self, store: DeviceListStore, confirmations: Confirmations, index: IndexFeed, lease_seconds: float = 15
    ) -> None:
        self._store = store
        self._confirmations = confirmations
        self._index = index
        self._lease_seconds = lease_seconds

    def acquire(self, key: ListKey) -> ListLease | None:
        return self._store.acquire(key, self._lease_seconds)

    def read(self, reader: ListReader, lease: ListLease, probe: str | None) -> None:
        """Read the list and store it, or what the platform answered instead. `probe` is the known one."""
        group = lease.key.group
        try:
            with renewing(partial(self._store.renew, lease, self._lease_seconds), self._lease_seconds):
                began = monotonic()
                rows = reader.read(group)
                took = monotonic() - began
                probe = probe or find_probe(reader.api, group, rows)
                content = NewContent(compress(rows), len(rows), took, probe)
        except ApiError as error:
            self._record_failure(reader, lease, error, probe)
        except BaseException:
            with log_database_errors("the end of a reading"):
                self._store.release(lease)
            raise
        else:
            self._confirmations.confirm(reader.session_id, group)
            self._store.save(lease, content, SHARED if probe else reader.username)
            self._index.add_list(group, rows, content.content, began)

    def confirm(self, reader: ListReader, key: ListKey, probe: str) -> None:
        """Ask the platform whether the session may see the group, and record the answer."""
        try:
            call_probe(reader.api, key.group, probe)
        except (ApiUnavailable, ApiUnauthenticated) as error:
            self._record_error(reader, key.group, error)
        except ApiError:  # maybe only of that call: the list itself tells for certain
            self._confirm_by_list(reader, key)
        else:
            self._confirmations.confirm(reader.session_id, key.group)

    def _confirm_by_list(self, reader: ListReader, key: ListKey) -> None:
        lease = self.acquire(key)
        if lease:
            return self.read(reader, lease, probe=None)
        try:
            reader.read(key.group)
        except ApiError as error:
            self._record_error(reader, key.group, error)
        else:
            self._confirmations.confirm(reader.session_id, key.group)

    def _record_failure(self, reader: ListReader, lease: ListLease, error: ApiError, probe: str | None) -> None:
        if not is_silence(error):  # which is this person's affair
            self._record_error(reader, lease.key.group, error)
            self._store.release(lease)
            return
        self._store.fail(lease, to_json(error))
        if probe is None:  # else the probe tells, which is not as slow
            self._record_error(reader, lease.key.group, error)

    def _record_error(self, reader: ListReader, group: GroupRef, error: ApiError) -> None:
        if is_silence(error):
            self._confirmations.record_silence(reader.session_id, group, to_json(error))
        else:
            self._confirmations.refuse(reader.session_id, group, to_json(error))
