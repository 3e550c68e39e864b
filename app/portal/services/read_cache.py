"""Lists kept for some seconds, for the one user who read them, fetched once however many requests ask at a time.

Where the backend is slow, a list that is past its age is shown once more while a thread fetches the next, so that
nobody waits who has seen one lately.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread
from typing import Generic, TypeVar

from app.portal.api.errors import ApiUnavailable
from app.portal.api.page_reads import StillAsking
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import CacheGenerations

T = TypeVar("T")
_Key = tuple[str, GroupRef, tuple[str, ...]]

_MAX_WAIT = timedelta(seconds=0.5)  # for a fresher list where an older one would do
_USABLE_AGES = 10  # times its maximum age that a list is shown while the backend is slow


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """A list with the time when its reading began, its generation, and how long the reading took."""

    value: T
    as_of: datetime
    generation: int
    took: timedelta


class ReadCache(Generic[T]):
    """Keeps `max_entries` snapshots; the one that was asked for longest ago gives way."""

    def __init__(
        self, generations: CacheGenerations, max_age: timedelta, now: Callable[[], datetime], max_entries: int = 64
    ) -> None:
        self._generations = generations
        self._max_age = max_age
        self._now = now
        self._max_entries = max_entries
        self._lock = Lock()
        self._snapshots: OrderedDict[_Key, Snapshot[T]] = OrderedDict()
        self._in_flight: dict[tuple[_Key, int], Future[Snapshot[T]]] = {}

    def get(
        self,
        username: str,
        group: GroupRef,
        fetch: Callable[[], T],
        newer_than: datetime | None = None,
        parts: tuple[str, ...] = (),
    ) -> Snapshot[T]:
        """Return the list of a group, or of what `parts` name in it, as this user may see it.

        Never older than any write that went through the portal, or than `newer_than`; older than `max_age` only
        while the backend is slow or away, and ten times that at most. Raises whatever `fetch` raises, which may be
        called in another thread and outlive the request.
        """
        key = (username, group, parts)
        # Read before the fetch: a write during it raises the number, and the next reader fetches again.
        generation = self._generations.current(group)
        with self._lock:
            snapshot = self._find_usable(key, generation, newer_than)
            if snapshot and self._now() - snapshot.as_of < self._max_age:
                return snapshot
            pending = self._in_flight.get((key, generation))
            refresh = None
            if pending is None:
                pending = self._in_flight[key, generation] = Future()
                refresh = partial(self._refresh, pending, key, generation, fetch)
        if refresh and snapshot:
            Thread(target=refresh, daemon=True).start()
        elif refresh:
            refresh()
        if snapshot and not _is_answered(pending, _MAX_WAIT if snapshot.took < _MAX_WAIT else timedelta()):
            return snapshot
        return pending.result()

    def has_fresh(self, username: str, group: GroupRef, parts: tuple[str, ...] = ()) -> bool:
        """Return True where `get` would return what is kept."""
        generation = self._generations.current(group)
        with self._lock:
            snapshot = self._find_usable((username, group, parts), generation, None)
        return snapshot is not None and self._now() - snapshot.as_of < self._max_age

    def groups(self, username: str) -> Collection[GroupRef]:
        """Return the groups of which something is kept for this user, of whatever age."""
        with self._lock:
            return {group for owner, group, _ in self._snapshots if owner == username}

    def _find_usable(self, key: _Key, generation: int, newer_than: datetime | None) -> Snapshot[T] | None:
        snapshot = self._snapshots.get(key)
        if snapshot is None or snapshot.generation != generation or (newer_than and snapshot.as_of <= newer_than):
            return None
        self._snapshots.move_to_end(key)
        return snapshot if self._now() - snapshot.as_of < _USABLE_AGES * self._max_age else None

    def _refresh(self, pending: Future[Snapshot[T]], key: _Key, generation: int, fetch: Callable[[], T]) -> None:
        as_of = self._now()
        try:
            value = fetch()
        except BaseException as error:
            with self._lock:
                del self._in_flight[key, generation]
                if not isinstance(error, ApiUnavailable | StillAsking):
                    self._snapshots.pop(key, None)  # no more of a list that the backend refuses
            pending.set_exception(error)
            return
        snapshot = Snapshot(value, as_of, generation, took=self._now() - as_of)
        with self._lock:
            del self._in_flight[key, generation]
            present = self._snapshots.get(key)
            if present is None or present.generation <= generation:  # a slow fetch does not push out a newer one
                self._snapshots[key] = snapshot
            self._snapshots.move_to_end(key)
            if len(self._snapshots) > self._max_entries:
                self._snapshots.popitem(last=False)
        pending.set_result(snapshot)


def _is_answered(pending: Future[Snapshot[T]], within: timedelta) -> bool:
    """Return True if there is an answer, be it a refusal, when that time is over."""
    done, _ = wait([pending], within.total_seconds())
    return bool(done) and not isinstance(pending.exception(), ApiUnavailable | StillAsking)
