"""Keeping a lease while work goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from app.portal.services.changes.executor import log_database_errors


@contextmanager
def renewing(renew: Callable[[], object], lease_seconds: float) -> Iterator[None]:
    """Call `renew` from another thread, three times within the lease, until the block ends."""
    over = Event()

    def keep() -> None:
        while not over.wait(lease_seconds / 3):
            with log_database_errors("a lease that goes on"):
                renew()

    Thread(target=keep, daemon=True).start()
    try:
        yield
    finally:
        over.set()
