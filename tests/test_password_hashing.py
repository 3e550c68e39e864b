"""Password hashes: how many at a time, and where."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from argon2 import PasswordHasher

from app import password_hashing
from app.password_hashing import HashingBusy, LimitedHasher

# The event loop of a worker: it ticks while a hash of half a second is made.
_BESIDE_THE_LOOP = """
from gevent import monkey; monkey.patch_all()
import time, gevent
from app.password_hashing import LimitedHasher
ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.005)
gevent.spawn(tick)
gevent.sleep(0.02)
before, began = len(ticks), time.monotonic()
hasher = LimitedHasher(time_cost=8, memory_cost=65_536)
assert hasher.verify(hasher.hash("words"), "words")
took = time.monotonic() - began
print(len(ticks) - before, round(took * 1000))
"""


class Slow:
    """Stands for argon2, and knows how many of its hashes ran side by side."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self._lock = Lock()

    def __call__(self, *_args: object, **_kwargs: object) -> str:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.02)
        with self._lock:
            self.running -= 1
        return "hash"


def test_two_hashes_run_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(PasswordHasher, "hash", slow)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(LimitedHasher().hash, ["words"] * 8)) == ["hash"] * 8
    assert slow.most == 2


def test_hash_without_slot_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_hashing, "MAX_WAIT", 0.01)
    hasher = LimitedHasher(time_cost=1, memory_cost=8)
    with password_hashing._slots, password_hashing._slots, pytest.raises(HashingBusy):
        hasher.hash("words")
    assert hasher.verify(hasher.hash("words"), "words")


def test_event_loop_runs_while_hashing() -> None:
    run = subprocess.run([sys.executable, "-c", _BESIDE_THE_LOOP], capture_output=True, text=True, check=True)
    ticks, milliseconds = map(int, run.stdout.split())
    assert ticks > milliseconds / 50
