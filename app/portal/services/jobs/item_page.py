"""A page of the items of a job, filtered by the result of the preview or by outcome."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.portal.domain.jobs import FAILED, UNFINISHED, ItemState, JobAction, Verdict
from app.portal.lists.paging import PagedList
from app.portal.lists.query import read_page, read_size
from app.portal.services.jobs.labels import is_preview, label_outcome, label_verdict
from app.portal.services.jobs.tally import JobTally
from app.portal.store.jobs.queries import ItemFilter
from app.portal.store.jobs.tables import Job

_FAILED = "failed"
_LEFT_OUT = "left-out"
_VERDICT_AREAS: Mapping[Verdict, str] = {
    Verdict.CHANGE: "new",
    Verdict.NEW: "ok",
    Verdict.CHANGED: "new",
    Verdict.UNCHANGED: "none",
    Verdict.REFUSED: "bad",
    Verdict.ERROR: "bad",
}
OUTCOME_AREAS: Mapping[ItemState, str] = {
    ItemState.DONE: "ok",
    ItemState.UNCHANGED: "none",
    ItemState.REFUSED: "bad",
    ItemState.UNKNOWN: "warn",
    ItemState.SKIPPED: "none",
    ItemState.CANCELLED: "none",
    ItemState.WAITING: "rest",
}
_ALWAYS_NAMED = frozenset({Verdict.REFUSED, Verdict.UNCHANGED, *ItemState}) - {ItemState.SKIPPED, ItemState.CANCELLED}


@dataclass(frozen=True)
class Share:
    """The items of a job with one result, with the area of the bar that shows them, and the URL that lists them."""

    value: str
    label: str
    count: int
    area: str
    url: str
    is_chosen: bool


class ItemPage(PagedList):
    """Invalid query parameters count as not given. A draft is filtered by verdict, a started job by outcome."""

    def __init__(self, job: Job, tally: JobTally, path: str, args: Mapping[str, str]) -> None:
        self.is_preview = is_preview(job)
        self._name = "verdict" if self.is_preview else "outcome"
        self._chosen = args.get(self._name, "")
        parameters = {self._name: self._chosen, "size": read_size(args), "sort": ""}
        super().__init__(path, parameters, defaults={"sort": ""})
        self.shares = list(self._shares_of_preview(job, tally) if self.is_preview else self._shares_of_job(tally))
        self.failed = self._share(_FAILED, "Failed", tally.failed, "bad")
        chosen = next((share for share in [*self.shares, self.failed] if share.is_chosen), None)
        if chosen is None:
            self._chosen = self._parameters[self._name] = ""
        self.all = self._share("", "All", tally.total, "")
        self.start = self._open_page(chosen.count if chosen else tally.total, read_page(args))

    @property
    def wanted(self) -> ItemFilter:
        chosen = self._chosen
        if not chosen:
            return ItemFilter()
        if self.is_preview:
            verdicts = [] if chosen == _LEFT_OUT else [Verdict(chosen)]
            return ItemFilter(verdicts=verdicts, is_left_out=chosen == _LEFT_OUT)
        if chosen == _FAILED:
            return ItemFilter(states=FAILED)
        return ItemFilter(states=UNFINISHED if chosen == ItemState.WAITING else [ItemState(chosen)])

    @property
    def facets(self) -> Sequence[Share]:
        """The links over the table: what there is nothing of is left out."""
        failed = [] if self.is_preview else [self.failed]
        return [self.all, *(share for share in [*failed, *self.shares] if share.count or share.is_chosen)]

    @property
    def summary(self) -> str:
        """Return the shares in words: "8 will change, 2 unchanged"."""
        return ", ".join(f"{share.count:,} {share.label}" for share in self.shares if share.count) or "No devices"

    def _shares_of_preview(self, job: Job, tally: JobTally) -> Iterator[Share]:
        for verdict, area in _VERDICT_AREAS.items():
            count = tally.by_verdict.get(verdict, 0)
            is_named = verdict is Verdict.CHANGE if job.action != JobAction.IMPORT else verdict is not Verdict.CHANGE
            if count or is_named or verdict in _ALWAYS_NAMED:
                yield self._share(verdict, label_verdict(JobAction(job.action), verdict), count, area)
        if tally.left_out:
            yield self._share(_LEFT_OUT, "left out", tally.left_out, "rest")

    def _shares_of_job(self, tally: JobTally) -> Iterator[Share]:
        for state, area in OUTCOME_AREAS.items():
            count = tally.by_outcome.get(state, 0)
            if count or state in _ALWAYS_NAMED:
                yield self._share(state, label_outcome(state), count, area)

    def _share(self, value: str, label: str, count: int, area: str) -> Share:
        return Share(value, label, count, area, self.url(**{self._name: value}), value == self._chosen)
