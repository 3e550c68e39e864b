"""A page of the list of jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from app.portal.domain.jobs import FAILED, UNFINISHED, ItemState
from app.portal.domain.refs import Scope
from app.portal.lists.paging import PagedList
from app.portal.lists.places import PLACE_ARG, read_place, to_scope
from app.portal.lists.query import read_page, read_size
from app.portal.services.jobs.item_page import OUTCOME_AREAS, Share
from app.portal.services.jobs.labels import is_preview, label_state, name_job
from app.portal.store.jobs.listing import JobKind, JobListing, JobQuery
from app.portal.store.jobs.tables import Job

_LABELS: Mapping[JobKind, str] = {
    JobKind.WAITS_FOR_USER: "Waiting for you",
    JobKind.RUNNING: "Running",
    JobKind.SCHEDULED: "Scheduled",
    JobKind.DRAFT: "Drafts",
    JobKind.WITH_FAILURES: "With failures",
}


@dataclass(frozen=True)
class JobRow:
    """A job in a list. `areas` are the parts of its bar: area and number of items."""

    job: Job
    name: str
    label: str
    is_own: bool
    finished: int
    total: int
    failed: int
    not_started: int
    areas: Sequence[tuple[str, int]]
    moment: datetime


class JobPage(PagedList):
    """Invalid query parameters count as not given, and a place outside the scope. `by` is "me" or empty."""

    def __init__(self, jobs: JobListing, scope: Scope, username: str, path: str, args: Mapping[str, str]) -> None:
        self._jobs = jobs
        self._username = username
        kind = args.get("state", "")
        self._kind = JobKind(kind) if kind in set(JobKind) else None
        self.is_own = args.get("by") == "me"
        place = read_place(args.get(PLACE_ARG, ""))
        narrowed = scope.overlap(to_scope(place))
        self.place = place if narrowed else ""
        by = "me" if self.is_own else ""
        chosen = {"state": self._kind or "", "by": by, PLACE_ARG: self.place, "size": read_size(args), "sort": ""}
        super().__init__(path, chosen, defaults={"sort": ""})
        self._query = JobQuery(scope=narrowed or scope, username=username, kind=self._kind, is_own=self.is_own)
        self.count, self._counts = jobs.count(self._query)
        self._start = self._open_page(self._counts[self._kind] if self._kind else self.count, read_page(args))

    @property
    def is_narrowed(self) -> bool:
        """True where some jobs are left out whatever their state."""
        return bool(self.is_own or self.place)

    @property
    def place_label(self) -> str:
        return " / ".join(unquote(name) for name in self.place.split("/"))

    @property
    def facets(self) -> Sequence[Share]:
        """Return the kinds to filter by; a kind that no job is of is left out."""
        every = Share("", "All", self.count, "", self.url(state=""), self._kind is None)
        kinds = (
            Share(kind, _LABELS[kind], count, "", self.url(state=kind), kind is self._kind)
            for kind, count in self._counts.items()
        )
        return [every, *(share for share in kinds if share.count or share.is_chosen)]

    @property
    def rows(self) -> Sequence[JobRow]:
        jobs = self._jobs.list_page(self._query, self._start, self.size)
        outcomes = self._jobs.count_outcomes([job.id for job in jobs])
        return [self._row(job, outcomes.get(job.id, {})) for job in jobs]

    def _row(self, job: Job, outcomes: Mapping[ItemState, int]) -> JobRow:
        total = sum(outcomes.values())
        is_ahead = is_preview(job)
        waiting = sum(count for state, count in outcomes.items() if state in UNFINISHED)
        failed = 0 if is_ahead else sum(outcomes.get(state, 0) for state in FAILED)
        is_own = job.username == self._username
        areas = [(area, outcomes.get(state, 0)) for state, area in OUTCOME_AREAS.items() if state not in UNFINISHED]
        return JobRow(
            job,
            name_job(job),
            label_state(job, 0, is_owner=is_own),
            is_own,
            finished=0 if is_ahead else total - waiting - outcomes.get(ItemState.CANCELLED, 0),
            total=total,
            failed=failed,
            not_started=outcomes.get(ItemState.CANCELLED, 0),
            areas=[] if is_ahead else areas,
            moment=job.started_at or job.created_at,
        )
