"""Decoded device lists of one worker: one copy of each, however many people look at it, within a number of bytes."""

import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

import msgspec

from app import metrics
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceList, AccessDeviceRow
from app.portal.models.decoding import decode
from app.portal.services.devices.list_rows import apply_patches
from app.portal.services.devices.table import DeviceTable
from app.portal.store.audit import AuditLog
from app.portal.store.device_lists import DeviceListStore, ListHead, ListKey
from app.portal.store.platform_limits import Operation, PlatformLimits

_LEVEL = 1  # of compression: ten times faster than the best, for a tenth more bytes
_BYTES_OF_JSON = 6  # that a decoded list takes for each byte of its JSON, with the orders and texts for searching


def compress(rows: Sequence[AccessDeviceRow]) -> bytes:
    return zlib.compress(msgspec.json.encode(AccessDeviceList(access_devices=tuple(rows))), _LEVEL)


@dataclass(frozen=True)
class ListCopy:
    """`as_of` and `revision` are those of its content, `generation` is that of the newest change in it."""

    table: DeviceTable
    as_of: float
    revision: int
    generation: int
    table_size: int

    @property
    def size(self) -> int:
        """Return its bytes, estimated."""
        return self.table_size + self.table.drawn_size

    def is_current(self, head: ListHead) -> bool:
        is_as_new = (self.as_of, self.revision) >= (head.as_of or 0.0, head.revision)
        return is_as_new and self.generation >= head.generation


class ListCopies:
    def __init__(self, store: DeviceListStore, audit_log: AuditLog, limits: PlatformLimits, max_bytes: int) -> None:
        self._store = store
        self._audit_log = audit_log
        self._limits = limits
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._copies: OrderedDict[ListKey, ListCopy] = OrderedDict()
        self._weights: dict[ListKey, int] = {}  # as when each copy was last asked for: rows are drawn after that
        self._weight = 0
        self._decoding: defaultdict[ListKey, Lock] = defaultdict(Lock)

    def get(self, head: ListHead) -> ListCopy | None:
        """Return a copy that is as new as the head; None where the content is gone."""
        copy = self._find(head)
        if copy:
            return copy
        with self._lock:
            decoding = self._decoding[head.key]
        with decoding:  # once, for all who wait for it
            copy = self._find(head) or self._update(head) or self._load(head.key)
            if copy:
                self._keep(head.key, copy)
            return copy

    def __len__(self) -> int:
        return len(self._copies)

    @property
    def size(self) -> int:
        """Return the estimated bytes of all copies."""
        with self._lock:
            return sum(copy.size for copy in self._copies.values())

    def _find(self, head: ListHead) -> ListCopy | None:
        with self._lock:
            copy = self._copies.get(head.key)
            if copy is None or not copy.is_current(head):
                return None
            self._copies.move_to_end(head.key)
            self._weigh(head.key, copy)
            self._make_room()
            return copy

    def _update(self, head: ListHead) -> ListCopy | None:
        """Lay newer patches over the copy of the same content, if there is one."""
        with self._lock:
            copy = self._copies.get(head.key)
        if copy is None or (copy.as_of, copy.revision) != (head.as_of, head.revision):
            return None
        loaded = self._store.load_patches(head.key, copy.revision, copy.generation)
        if loaded is None:
            return None
        patches, generation = loaded
        pending_since = self._reboot_pending_since(head.key.group, copy.table.rows)
        if not patches and pending_since == copy.table.pending_since:
            return replace(copy, generation=generation)
        rows = apply_patches(copy.table.rows, patches)
        return replace(copy, generation=generation, table=copy.table.with_changes(rows, pending_since))

    def _load(self, key: ListKey) -> ListCopy | None:
        loaded = self._store.load(key)
        if loaded is None:
            return None
        body = zlib.decompress(loaded.content)
        rows = apply_patches(decode(body, AccessDeviceList).access_devices, loaded.patches)
        # Read after the generation: what changed since is seen with the next one.
        table = DeviceTable(rows, self._reboot_pending_since(key.group, rows))
        return ListCopy(table, loaded.as_of, loaded.revision, loaded.generation, len(body) * _BYTES_OF_JSON)

    def _reboot_pending_since(self, group: GroupRef, rows: Iterable[AccessDeviceRow]) -> Mapping[str, datetime]:
        """Return when devices were given what they have only after a reboot, without those that cannot be rebooted."""
        pending_since = self._audit_log.reboot_pending_since(group)
        types = self._limits.list_types(Operation.REBOOT) if pending_since else ()
        if not types:
            return pending_since
        fixed = {row.device_name for row in rows if row.device_type in types}
        return {name: since for name, since in pending_since.items() if name not in fixed}

    def _keep(self, key: ListKey, copy: ListCopy) -> None:
        with self._lock:
            self._copies[key] = copy
            self._copies.move_to_end(key)
            self._weigh(key, copy)
            self._make_room()

    def _weigh(self, key: ListKey, copy: ListCopy) -> None:
        weight = copy.size
        self._weight += weight - self._weights.get(key, 0)
        self._weights[key] = weight

    def _make_room(self) -> None:
        """Drop copies until the rest fits, that asked for longest ago first; the newest stays in any case."""
        while self._weight > self._max_bytes and len(self._copies) > 1:
            key, _ = self._copies.popitem(last=False)
            self._weight -= self._weights.pop(key)
        metrics.cache_bytes.set(self._weight)
