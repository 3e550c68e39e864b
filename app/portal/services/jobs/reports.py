"""Jobs as their pages and exports show them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.portal.domain.jobs import TO_DO, ItemState
from app.portal.domain.refs import Scope
from app.portal.domain.sequences import take_chunks
from app.portal.lists.csv_export import Cell
from app.portal.services.history.entries import describe_entry
from app.portal.services.jobs.item_page import ItemPage
from app.portal.services.jobs.job_page import JobPage
from app.portal.services.jobs.labels import is_preview
from app.portal.services.jobs.rows import AlikeRow, ItemRow, csv_row, outcome_row, preview_row
from app.portal.services.jobs.tally import JobTally
from app.portal.store.audit_queries import AuditQueries
from app.portal.store.jobs.item_order import ItemFilter
from app.portal.store.jobs.listing import JobListing
from app.portal.store.jobs.queries import JobQueries
from app.portal.store.jobs.tables import Job, JobItem

_ROWS_AT_ONCE = 500
_MOST_SHOWN = 20  # devices of a change, under it
_TOLD_BY_HISTORY = frozenset({ItemState.REFUSED, ItemState.UNKNOWN})


@dataclass(frozen=True)
class Neighbours:
    """One change among the `changes` of a job that differ: its number, the devices that get it, the items beside."""

    number: int
    changes: int
    devices: int
    previous: int | None
    next: int | None


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
        page = ItemPage(job, tally, path, args)
        if page.difference:
            page.open(self._queries.count_matching(job.id, page.wanted))
        elif page.may_be_by_change:
            groups = self._queries.count_differences(job.id, page.wanted)
            if page.is_worth_grouping(groups):
                page.open(groups, is_by_change=True)
        return page

    def rows(self, job: Job, page: ItemPage) -> Sequence[ItemRow | AlikeRow]:
        """Return the rows of the page: devices, or changes that several devices share."""
        if page.is_by_change:
            return self._rows_by_change(job, page)
        return self._to_rows(page, self._queries.list_items(job.id, page.wanted, page.start, page.size, page.order))

    def import_rows(self, job: Job, page: ItemPage) -> Sequence[JobItem]:
        """Return the rows of an imported sheet, with their cells."""
        wanted = (page.wanted, page.start, page.size, page.order)
        return self._queries.list_items(job.id, *wanted, with_plans=True)

    def _rows_by_change(self, job: Job, page: ItemPage) -> Sequence[ItemRow | AlikeRow]:
        wanted = (page.wanted, page.start, page.size)
        groups = self._queries.list_differences(job.id, *wanted, is_preview=page.is_preview)
        firsts = self._to_rows(page, self._queries.load_items([group.first_id for group in groups]))
        rows: list[ItemRow | AlikeRow] = []
        for group, first in zip(groups, firsts, strict=True):
            is_open = group.key == page.opened
            of_group = replace(page.wanted, difference=group.key)
            shown = self._queries.list_items(job.id, of_group, 0, _MOST_SHOWN) if is_open else ()
            devices = self._to_rows(page, shown)
            rows.append(first if group.items == 1 else AlikeRow(first, group.key, group.items, group.people, devices))
        return rows

    def _to_rows(self, page: ItemPage, items: Sequence[JobItem]) -> Sequence[ItemRow]:
        if page.is_preview:
            return [preview_row(item) for item in items]
        said = self._what_history_says(items)
        return [outcome_row(item, said.get(item.id, "")) for item in items]

    def neighbours(self, job: Job, item: JobItem) -> Neighbours:
        """Return where an item's change stands among the different ones of its job, as the preview lists them."""
        wanted = ItemFilter(verdicts=TO_DO)
        groups = self._queries.list_differences(job.id, wanted, 0, job.items, is_preview=is_preview(job))
        key = self._queries.difference_of(item.id)
        place = next((index for index, group in enumerate(groups) if group.key == key), None)
        if place is None:
            return Neighbours(0, len(groups), 1, None, None)
        previous = groups[place - 1].first_number if place else None
        following = groups[place + 1].first_number if place + 1 < len(groups) else None
        return Neighbours(place + 1, len(groups), groups[place].items, previous, following)

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
