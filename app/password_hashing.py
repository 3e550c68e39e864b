"""Password hashes: a few at a time, and never on the thread of the event loop."""

from threading import Semaphore
from typing import Any, Literal

import gevent
from argon2 import PasswordHasher
from gevent import monkey

MAX_WAIT = 5.0  # seconds
_slots = Semaphore(2)  # of this process


class HashingBusy(Exception):
    """No slot became free within MAX_WAIT."""


class LimitedHasher(PasswordHasher):
    """The cost is OWASP's smallest recommendation, memory in KiB. `hash` and `verify` raise HashingBusy."""

    def __init__(self, time_cost: int = 2, memory_cost: int = 19_456) -> None:
        super().__init__(time_cost, memory_cost, parallelism=1)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        hashed: str = _run(super().hash, password, salt=salt)
        return hashed

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        is_verified: Literal[True] = _run(super().verify, hash, password)
        return is_verified


def _run(work: Any, *args: Any, **kwargs: Any) -> Any:
    if not _slots.acquire(timeout=MAX_WAIT):
        raise HashingBusy
    try:
        if monkey.is_module_patched("threading"):  # this thread serves all requests of the process
            result, error = gevent.get_hub().threadpool.apply(_outcome, (work, args, kwargs))
            if error is not None:
                raise error
            return result
        return work(*args, **kwargs)
    finally:
        _slots.release()


def _outcome(work: Any, args: Any, kwargs: Any) -> tuple[Any, Exception | None]:
    """Return an error instead of raising it: gevent prints those of its threads, and a wrong password is one."""
    try:
        return work(*args, **kwargs), None
    except Exception as error:
        return None, error
