"""Lists kept for some seconds, for the one person who read them, fetched once however many ask at a time.

Where the backend is slow, a list that is past its age is shown once more while a thread of its own fetches the
next: nobody waits who has seen one lately.
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
from app.portal.domain.refs import GroupRef
from app.portal.store.cache_generations import CacheGenerations

T = TypeVar("T")
_Key = tuple[str, GroupRef, tuple[str, ...]]

_SLOW = timedelta(seconds=0.5)  # the longest that a fresher list is waited for where an older one would do
_LONGEST = 10  # ages, after which none would do


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """What was read, when the reading began, and how long it took."""

    value: T
    as_of: datetime
    version: int
    took: timedelta


class ReadCache(Generic[T]):
    """`most` snapshots at a time; the one that was asked for longest ago gives way."""

    def __init__(
        self, generations: CacheGenerations, max_age: timedelta, now: Callable[[], datetime], most: int = 64
    ) -> None:
        self._generations = generations
        self._max_age = max_age
        self._now = now
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[_Key, Snapshot[T]] = OrderedDict()
        self._in_flight: dict[tuple[_Key, int], Future[Snapshot[T]]] = {}

    def get(
        self,
        username: str,
        group: GroupRef,
        fetch: Callable[[], T],
        newer_than: datetime | None = None,
        what: tuple[str, ...] = (),
    ) -> Snapshot[T]:
        """The list of a place, or of `what` in it, as this person may see it.

        Never older than any write that went through the portal's door, or than `newer_than`; older than `max_age`
        only while the backend is slow or away, and ten times that at most. Raises whatever `fetch` raises, which may
        be called in another thread and outlive the request.
        """
        key = (username, group, what)
        # Read before the fetch: a write during it raises the number, and the next reader fetches again.
        version = self._generations.current(group)
        with self._lock:
            kept = self._usable(key, version, newer_than)
            if kept and self._now() - kept.as_of < self._max_age:
                return kept
            pending = self._in_flight.get((key, version))
            refresh = None
            if pending is None:
                pending = self._in_flight[key, version] = Future()
                refresh = partial(self._refresh, pending, key, version, fetch)
        if refresh and kept:
            Thread(target=refresh, daemon=True).start()
        elif refresh:
            refresh()
        if kept and not _arrives(pending, _SLOW if kept.took < _SLOW else timedelta()):
            return kept
        return pending.result()

    def groups(self, username: str) -> Collection[GroupRef]:
        """Those of which something is kept for this person, of whatever age."""
        with self._lock:
            return {group for whose, group, _ in self._kept if whose == username}

    def _usable(self, key: _Key, version: int, newer_than: datetime | None) -> Snapshot[T] | None:
        kept = self._kept.get(key)
        if kept is None or kept.version != version or (newer_than and kept.as_of <= newer_than):
            return None
        self._kept.move_to_end(key)
        return kept if self._now() - kept.as_of < _LONGEST * self._max_age else None

    def _refresh(self, pending: Future[Snapshot[T]], key: _Key, version: int, fetch: Callable[[], T]) -> None:
        as_of = self._now()
        try:
            value = fetch()
        except BaseException as error:
            with self._lock:
                del self._in_flight[key, version]
                if not isinstance(error, ApiUnavailable):
                    self._kept.pop(key, None)  # no more of a list that the backend refuses
            pending.set_exception(error)
            return
        snapshot = Snapshot(value, as_of, version, took=self._now() - as_of)
        with self._lock:
            del self._in_flight[key, version]
            kept = self._kept.get(key)
            if kept is None or kept.version <= version:  # a slow fetch does not push out a newer one
                self._kept[key] = snapshot
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        pending.set_result(snapshot)


def _arrives(pending: Future[Snapshot[T]], within: timedelta) -> bool:
    """Whether there is an answer, if only a refusal."""
    done, _ = wait([pending], within.total_seconds())
    return bool(done) and not isinstance(pending.exception(), ApiUnavailable)
