"""Sequences: runs of numbers, and parts of equal length."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_chunks(items: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    """Yield parts of this length, the last of which may be shorter."""
    for start in range(0, len(items), length):
        yield items[start : start + length]


def take_chunks(items: Iterable[T], length: int) -> Iterator[Sequence[T]]:
    """Yield parts of this length of what is made one by one, the last of which may be shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, length)):
        yield chunk


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """Return the positions of the longest run in which each number is greater than the one before it, gaps allowed."""
    smallest_ends: list[int] = []  # of the runs of each length, the smallest last number
    ends_at: list[int] = []  # where those numbers are
    before: list[int] = []  # for each number, where the one before it in its run is; -1 for none
    for position, number in enumerate(numbers):
        length = bisect_left(smallest_ends, number)
        before.append(ends_at[length - 1] if length else -1)
        smallest_ends[length : length + 1] = [number]
        ends_at[length : length + 1] = [position]
    run: list[int] = []
    position = ends_at[-1] if ends_at else -1
    while position >= 0:
        run.append(position)
        position = before[position]
    return run[::-1]
