"""Values that were read of the backend, kept for some seconds for the one user who read them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from app import metrics
from app.portal.api.errors import ApiUnavailable
from app.portal.api.page_reads import StillAsking
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import CacheGenerations

T = TypeVar("T")
_Key = tuple[str, GroupRef, tuple[str, ...]]

_USABLE_AGES = 10  # times its maximum age that a value is shown while the backend is slow or away


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """A value with the time when its reading began, and its generation."""

    value: T
    as_of: datetime
    generation: int


class ReadCache(Generic[T]):
    """Keeps `max_entries` snapshots; the one that was asked for longest ago gives way."""

    def __init__(
        self,
        generations: CacheGenerations,
        max_age: timedelta,
        now: Callable[[], datetime],
        max_entries: int = 64,
        name: str = "",
    ) -> None:
        self._generations = generations
        self._max_age = max_age
        self._now = now
        self._max_entries = max_entries
        self._name = name  # in metrics
        self._lock = Lock()
        self._snapshots: OrderedDict[_Key, Snapshot[T]] = OrderedDict()

    def get(
        self,
        username: str,
        group: GroupRef,
        fetch: Callable[[], T],
        newer_than: datetime | None = None,
        parts: tuple[str, ...] = (),
    ) -> Snapshot[T]:
        """Return what `parts` name in a group, as this user may see it.

        Never older than any write that went through the portal, or than `newer_than`; older than `max_age` only
        while the backend is slow or away, and ten times that at most. Raises whatever `fetch` raises.
        """
        key = (username, group, parts)
        # Read before the fetch: a write during it raises the number, and the next reader fetches again.
        generation = self._generations.current(group)
        snapshot = self._find_usable(key, generation, newer_than)
        if snapshot and self._is_fresh(snapshot):
            return self._count("hit", snapshot)
        as_of = self._now()
        try:
            value = fetch()
        except (ApiUnavailable, StillAsking):
            if snapshot:
                return self._count("stale", snapshot)
            raise
        except Exception:
            with self._lock:
                self._snapshots.pop(key, None)  # no more of what the backend refuses
            raise
        snapshot = Snapshot(value, as_of, generation)
        self._keep(key, snapshot)
        return self._count("miss", snapshot)

    def _count(self, result: str, snapshot: Snapshot[T]) -> Snapshot[T]:
        metrics.cache_reads.labels(self._name, result).inc()
        metrics.cache_age_seconds.labels(self._name).observe((self._now() - snapshot.as_of).total_seconds())
        return snapshot

    def has_fresh(self, username: str, group: GroupRef, parts: tuple[str, ...] = ()) -> bool:
        """Return True where `get` would return what is kept, without a fetch."""
        snapshot = self._find_usable((username, group, parts), self._generations.current(group), None)
        return snapshot is not None and self._is_fresh(snapshot)

    def _is_fresh(self, snapshot: Snapshot[T]) -> bool:
        return self._now() - snapshot.as_of < self._max_age

    def _find_usable(self, key: _Key, generation: int, newer_than: datetime | None) -> Snapshot[T] | None:
        with self._lock:
            snapshot = self._snapshots.get(key)
            if snapshot is None or snapshot.generation != generation or (newer_than and snapshot.as_of <= newer_than):
                return None
            self._snapshots.move_to_end(key)
        return snapshot if self._now() - snapshot.as_of < _USABLE_AGES * self._max_age else None

    def _keep(self, key: _Key, snapshot: Snapshot[T]) -> None:
        with self._lock:
            present = self._snapshots.get(key)
            if present is None or present.generation <= snapshot.generation:  # a slow fetch does not push out a newer
                self._snapshots[key] = snapshot
            self._snapshots.move_to_end(key)
            if len(self._snapshots) > self._max_entries:
                self._snapshots.popitem(last=False)
