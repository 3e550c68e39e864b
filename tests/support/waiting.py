"""Waiting for what happens beside a test."""

from collections.abc import Callable
from time import monotonic, sleep


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline
        sleep(0.01)
