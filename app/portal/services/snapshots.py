"""Lists kept for some seconds, for the one person who read them, fetched once however many ask at a time."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from app.portal.places import Place
from app.portal.store.list_versions import ListVersions

T = TypeVar("T")
_Key = tuple[str, Place]


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """What was read, and when the reading began."""

    value: T
    as_of: datetime
    version: int


class Snapshots(Generic[T]):
    """`most` snapshots at a time; the one that was asked for longest ago gives way."""

    def __init__(self, versions: ListVersions, max_age: timedelta, now: Callable[[], datetime], most: int = 64) -> None:
        self._versions = versions
        self._max_age = max_age
        self._now = now
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[_Key, Snapshot[T]] = OrderedDict()
        self._flights: dict[tuple[_Key, int], Future[Snapshot[T]]] = {}

    def get(
        self, username: str, place: Place, fetch: Callable[[], T], newer_than: datetime | None = None
    ) -> Snapshot[T]:
        """The list of a place as this person may see it: never older than `max_age`, than any write that went
        through the portal's door, or than `newer_than`. Raises whatever `fetch` raises.
        """
        key = (username, place)
        # Read before the fetch: a write during it raises the number, and the next reader fetches again.
        version = self._versions.now(place)
        with self._lock:
            kept = self._kept.get(key)
            if kept and self._still_true(kept, version, newer_than):
                self._kept.move_to_end(key)
                return kept
            flight = self._flights.get((key, version))
            mine: Future[Snapshot[T]] | None = None
            if flight is None:
                flight = mine = self._flights[key, version] = Future()
        if mine is not None:
            self._fly(mine, key, version, fetch)
        return flight.result()

    def _still_true(self, kept: Snapshot[T], version: int, newer_than: datetime | None) -> bool:
        fresh = self._now() - kept.as_of < self._max_age
        return fresh and kept.version == version and (newer_than is None or kept.as_of > newer_than)

    def _fly(self, flight: Future[Snapshot[T]], key: _Key, version: int, fetch: Callable[[], T]) -> None:
        as_of = self._now()
        try:
            snapshot = Snapshot(fetch(), as_of, version)
        except BaseException as error:
            with self._lock:
                del self._flights[key, version]
            flight.set_exception(error)
            return
        with self._lock:
            del self._flights[key, version]
            kept = self._kept.get(key)
            if kept is None or kept.version <= version:  # a slow fetch does not push out a newer one
                self._kept[key] = snapshot
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        flight.set_result(snapshot)
