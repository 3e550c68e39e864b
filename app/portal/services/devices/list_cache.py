"""Device lists for the pages of one worker. No page waits for the platform longer than it says here.

A list is read once for all people, workers and nodes: see `ListRefresh`. Whoever is shown one has had the group
confirmed by the platform, with the own session, within `recheck`.
"""

from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime, timedelta
from functools import partial
from time import monotonic, sleep

from app import metrics
from app.portal.domain.refs import GroupRef
from app.portal.services.background import BackgroundJobs
from app.portal.services.devices.list_copies import ListCopies
from app.portal.services.devices.list_reading import (
    DeviceListReading,
    ListReader,
    is_asked_to_wait,
    is_visible,
    raise_refusal,
    retry_in,
    to_reading,
)
from app.portal.services.devices.list_refresh import ListRefresh
from app.portal.services.devices.table import DeviceTable
from app.portal.store.device_lists import SHARED, DeviceListStore, ListHead

_LOOK_EVERY = 0.2  # seconds, at what other workers do
_AGES = 3  # times that a reading took, until the next
_PROBE_PAUSE = 5  # seconds, while the platform does not answer


class DeviceListCache:
    def __init__(
        self,
        store: DeviceListStore,
        refresh: ListRefresh,
        copies: ListCopies,
        max_age: timedelta,
        recheck: timedelta,
        page_wait: float,
    ) -> None:
        """`page_wait` is in seconds."""
        self._store = store
        self._refresh = refresh
        self.copies = copies
        self._max_age = max_age
        self._recheck = recheck
        self._page_wait = page_wait
        self._jobs = BackgroundJobs()

    def read(
        self,
        reader: ListReader,
        group: GroupRef,
        *,
        newer_than: datetime | None = None,
        waits: bool = True,
        retries: bool = False,
        refreshes: bool = True,
    ) -> DeviceListReading:
        """Return the list as this person may see it, and have it read where it is missing or old.

        `newer_than` asks for a later one. `retries` asks the platform again soon after a failure. Without `refreshes`
        the list is taken as it is. Raise ApiError where the platform refuses this session the group.
        """
        deadline = monotonic() + (self._page_wait if waits else 0.0)
        head = self._look(reader, group)
        is_forced = newer_than is not None and (head.as_of or 0.0) <= newer_than.timestamp()
        retries = (retries or is_forced) and not is_asked_to_wait(head)
        is_hit = is_visible(head, self._recheck)
        jobs = self._start(reader, head, refreshes=refreshes, is_forced=is_forced, retries=retries)
        if jobs:
            head = self._look(reader, group)
        while monotonic() < deadline and self._is_worth_waiting(head, jobs, is_forced=is_forced):
            _wait(jobs, min(_LOOK_EVERY, deadline - monotonic()))
            head = self._look(reader, group)
            jobs = [job for job in jobs if not _is_over(job)] + self._start(reader, head, refreshes=refreshes)
        _count(head, is_hit=is_hit)
        return to_reading(head, self.copies.get(head) if is_visible(head, self._recheck) else None)

    def peek(self, reader: ListReader, group: GroupRef) -> DeviceTable | None:
        """Return the list of whatever age, without asking the platform; None where there is none.

        It is for a person to whom the platform has just shown something in the group.
        """
        head = self._store.head(group, reader.username, reader.session_id)
        copy = self.copies.get(head) if head.as_of is not None else None
        return copy.table if copy else None

    def has_seen(self, reader: ListReader, group: GroupRef) -> bool:
        """Return True if the platform let this session see the group when it was asked last."""
        return self._store.head(group, reader.username, reader.session_id).confirmed_at is not None

    def list_groups(self, tenant_id: str) -> set[GroupRef]:
        """Return the groups of a tenant of which there is a list, of whatever age."""
        return self._store.list_groups(tenant_id)

    def _look(self, reader: ListReader, group: GroupRef) -> ListHead:
        head = self._store.head(group, reader.username, reader.session_id)
        raise_refusal(head)
        return head

    def _start(
        self,
        reader: ListReader,
        head: ListHead,
        *,
        refreshes: bool,
        is_forced: bool = False,
        retries: bool = False,
    ) -> list[Future[None]]:
        """Start what has to be asked of the platform."""
        jobs = []
        if self._needs_confirmation(head) and head.probe:
            job = partial(self._refresh.confirm, reader, head.key, head.probe)
            jobs.append(self._jobs.start((head.key, reader.session_id), job))
        is_pause = retry_in(head) > 0 and not retries
        if refreshes and head.lease_since is None and not is_pause and (is_forced or self._is_due(head)):
            lease = self._refresh.acquire(head.key)
            if lease:
                jobs.append(self._jobs.start(lease, partial(self._refresh.read, reader, lease, head.probe)))
        return jobs

    def _needs_confirmation(self, head: ListHead) -> bool:
        """Ask ahead of time, so that nobody waits who looks at the list all along."""
        if head.as_of is None:
            return False
        if head.error:
            return head.now - head.answered_at > _PROBE_PAUSE
        if head.confirmed_at is None:
            return True
        return head.now - head.confirmed_at > self._recheck.total_seconds() / 2

    def _is_due(self, head: ListHead) -> bool:
        if head.as_of is None or head.stale_generation > head.content_generation:
            return True
        if head.key.username != SHARED and not is_visible(head, self._recheck):
            return True  # the list itself has to tell
        return head.now - head.as_of >= max(self._max_age.total_seconds(), _AGES * (head.took or 0.0))

    def _is_worth_waiting(self, head: ListHead, jobs: list[Future[None]], *, is_forced: bool) -> bool:
        """Return True if something is under way that may change what is shown, and soon."""
        if not is_visible(head, self._recheck):
            return bool(jobs) or head.lease_since is not None
        return head.lease_since is not None and (is_forced or (head.took or 0.0) < self._page_wait)


def _count(head: ListHead, *, is_hit: bool) -> None:
    metrics.cache_reads.labels("device_lists", "hit" if is_hit else "miss").inc()
    if head.as_of is not None:
        metrics.cache_age_seconds.labels("device_lists").observe(head.now - head.as_of)


def _wait(jobs: list[Future[None]], seconds: float) -> None:
    if jobs:
        wait(jobs, seconds, FIRST_COMPLETED)
    else:
        sleep(seconds)


def _is_over(job: Future[None]) -> bool:
    """Raise what went wrong in a job, unless it was an answer of the platform: that is in the database."""
    if job.done():
        job.result()
    return job.done()
