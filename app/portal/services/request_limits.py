"""Limits of the requests of one kind that an account, and an address, may make in a minute."""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from app.edge.addresses import network_of
from app.portal.store.request_counts import WINDOW, RequestCounts

log = logging.getLogger(__name__)

ADDRESS_FACTOR = 10  # people behind one address
_OWN_SHARE = 10  # a process counts up to this part of a limit by itself, before it writes it down
_MOST_KEYS = 10_000
_RECORD_EVERY = 10.0  # seconds


class LimitKind(StrEnum):
    WRITES = "changes"
    EXPORTS = "exports"
    SEARCHES = "searches"
    UPLOADS = "uploads"
    JOBS = "changes of jobs"


_COUNTED_ALONE = {LimitKind.SEARCHES}  # by each process: reads that write nothing


@dataclass(frozen=True)
class LimitExcess:
    """A refused request. `number`: the how-manieth in this minute; `unrecorded`: to be recorded now, 0 for later."""

    kind: LimitKind
    is_address: bool
    retry_after: int
    number: int
    unrecorded: int


@dataclass
class _Minute:
    ends_at: float
    total: int = 0  # as it was last read
    own: int = 0  # not written down yet
    refused: int = 0


@dataclass
class _Refusals:
    unrecorded: int = 0
    recorded_at: float = float("-inf")


class RequestLimits:
    """All processes together let through at most the limit, and a tenth of it more for each process."""

    def __init__(self, counts: RequestCounts, limits: Mapping[LimitKind, int], now: Callable[[], float] = monotonic):
        self._counts = counts
        self._limits = limits
        self._now = now
        self._minutes: OrderedDict[str, _Minute] = OrderedDict()
        self._refusals: OrderedDict[str, _Refusals] = OrderedDict()

    def count(self, kind: LimitKind, username: str, address: str) -> LimitExcess | None:
        """Count a request before it is carried out; `username` is "" for nobody. Return why it is too much, or None."""
        for name, limit, is_address in self._parties(kind, username, address):
            key = hashlib.sha256(f"{kind} {is_address} {name}".encode()).hexdigest()
            minute = self._minute(key)
            if minute.total + minute.own >= limit or self._exceeds(key, minute, limit, kind):
                return self._refuse(key, minute, kind, is_address=is_address)
        return None

    def _parties(self, kind: LimitKind, username: str, address: str) -> Iterator[tuple[str, int, bool]]:
        if username:
            yield username.casefold(), self._limits[kind], False
        if address:
            yield network_of(address), ADDRESS_FACTOR * self._limits[kind], True

    def _minute(self, key: str) -> _Minute:
        minute, now = self._minutes.pop(key, None), self._now()
        if minute is None or now >= minute.ends_at:
            minute = _Minute(now + WINDOW)
        self._minutes[key] = minute
        _bound(self._minutes)
        return minute

    def _exceeds(self, key: str, minute: _Minute, limit: int, kind: LimitKind) -> bool:
        """Count a request, and write down what this process has counted once that is enough."""
        minute.own += 1
        if kind in _COUNTED_ALONE or minute.own < max(1, limit // _OWN_SHARE):
            return False
        own, minute.own = minute.own, 0
        try:
            minute.total, seconds = self._counts.add(key, own)
        except SQLAlchemyError as error:  # the request itself will fare no better
            log.warning("requests are not counted: %s", str(error).partition("\n")[0])
            return False
        minute.ends_at = self._now() + seconds
        return minute.total > limit

    def _refuse(self, key: str, minute: _Minute, kind: LimitKind, *, is_address: bool) -> LimitExcess:
        now = self._now()
        minute.refused += 1
        refusals = self._refusals.setdefault(key, _Refusals())
        _bound(self._refusals)
        refusals.unrecorded += 1
        unrecorded = 0
        if now - refusals.recorded_at >= _RECORD_EVERY:
            unrecorded, refusals.unrecorded, refusals.recorded_at = refusals.unrecorded, 0, now
        return LimitExcess(kind, is_address, max(1, ceil(minute.ends_at - now)), minute.refused, unrecorded)


def _bound(kept: OrderedDict[str, object] | OrderedDict[str, _Minute] | OrderedDict[str, _Refusals]) -> None:
    if len(kept) > _MOST_KEYS:
        kept.popitem(last=False)
