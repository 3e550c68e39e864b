"""Races and kills, tried again and again at moments that chance picks; a seed picks the same ones again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from threading import Barrier
from time import sleep
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Rounds:
    """Each round is given as the chance that it leaves things to."""

    count: int
    seed: str

    def __iter__(self) -> Iterator[Random]:
        return (Random(f"{self.seed} {number}") for number in range(self.count))


def at_once(chance: Random, *calls: Callable[[], T], within: float = 0.02) -> Sequence[T]:
    """What comes of calls that begin together, give or take some random seconds."""
    start = Barrier(len(calls))

    def begin(call: Callable[[], T], later: float) -> T:
        start.wait()
        sleep(later)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls, [chance.uniform(0, within) for _ in calls]))
