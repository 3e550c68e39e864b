"""The number of calls that a backend gets at once from this process, by their groups."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.portal.api.errors import ApiBusy
from app.portal.api.kinds import CallGroup
from app.portal.api.pending_calls import PendingCall


class Bulkheads:
    """One of a process and backend. `sizes`: calls at once of each group."""

    def __init__(self, sizes: Mapping[CallGroup, int]) -> None:
        self._places = {group: BoundedSemaphore(size) for group, size in sizes.items()}

    @contextmanager
    def place(self, group: CallGroup, seconds: float, call: PendingCall | None) -> Iterator[None]:
        """Wait so many seconds for a place; `call` is told that it waits. Raises ApiBusy: nothing is sent then."""
        places = self._places[group]
        if not places.acquire(blocking=False):
            if call is not None:
                call.is_queued = True
            is_free = places.acquire(timeout=seconds)
            if call is not None:
                call.is_queued = False
            if not is_free:
                raise ApiBusy(f"too many calls at once: no place within {seconds:g} s")
        try:
            yield
        finally:
            places.release()
