"""Jobs as their pages and exports show them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from app.portal.domain.jobs import ItemState
from app.portal.domain.refs import Scope
from app.portal.domain.sequences import take_chunks
from app.portal.lists.csv_export import Cell
from app.portal.services.history.entries import describe_entry
from app.portal.services.jobs.item_page import ItemPage
from app.portal.services.jobs.job_page import JobPage
from app.portal.services.jobs.rows import ItemRow, csv_row, outcome_row, preview_row
from app.portal.services.jobs.tally import JobTally
from app.portal.store.audit_queries import AuditQueries
from app.portal.store.jobs.listing import JobListing
from app.portal.store.jobs.queries import ItemFilter, JobQueries
from app.portal.store.jobs.tables import Job, JobItem

_ROWS_AT_ONCE = 500
_TOLD_BY_HISTORY = frozenset({ItemState.REFUSED, ItemState.UNKNOWN})


class JobReports:
    """`job` is always one that the user may see, and so is `scope`."""

    def __init__(
        self,
        queries: JobQueries,
        listing: JobListing,
        history: AuditQueries,
        username: str,
        longest_write: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._queries = queries
        self._listing = listing
        self._username = username
        self._history = history
        self._longest_write = longest_write
        self._now = now

    def list_jobs(self, scope: Scope, path: str, args: Mapping[str, str]) -> JobPage:
        return JobPage(self._listing, scope, self._username, path, args)

    def find_jobs_of(self, change_ids: Collection[int], scope: Scope) -> Mapping[int, int]:
        """Return the ids of the jobs that made these changes of the history, by change."""
        return self._queries.find_jobs_of(change_ids, scope)

    def tally(self, job: Job) -> JobTally:
        return JobTally(self._queries.count_items(job.id))

    def page(self, job: Job, tally: JobTally, path: str, args: Mapping[str, str]) -> ItemPage:
        return ItemPage(job, tally, path, args)

    def rows(self, job: Job, page: ItemPage) -> Sequence[ItemRow]:
        """Return the rows of the page."""
        items = self._queries.list_items(job.id, page.wanted, page.start, page.size)
        if page.is_preview:
            return [preview_row(item) for item in items]
        said = self._what_history_says(items)
        return [outcome_row(item, said.get(item.id, "")) for item in items]

    def export(self, job: Job) -> Iterator[Sequence[Cell]]:
        """Yield all items as rows under ITEM_HEAD, while they are read."""
        for items in take_chunks(self._queries.iterate_items(job.id, ItemFilter()), _ROWS_AT_ONCE):
            said = self._what_history_says(items)
            yield from (csv_row(item, said.get(item.id, "")) for item in items)

    def _what_history_says(self, items: Sequence[JobItem]) -> Mapping[int, str]:
        """Return, by item, why its change failed, in the words of the history."""
        change_ids = {
            item.change_id: item.id
            for item in items
            if item.change_id is not None and not item.reason and item.state in _TOLD_BY_HISTORY
        }
        if not change_ids:
            return {}
        changes, now = self._history.find_changes(change_ids), self._now()
        entries = (describe_entry(row, now, self._longest_write) for row in changes.values())
        return {change_ids[entry.id]: " ".join(entry.said) for entry in entries}
