"""A page of the items of a job, filtered by result or by outcome; those that show the same can be counted together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.portal.domain.jobs import FAILED, UNFINISHED, ItemReason, ItemState, JobAction, Verdict
from app.portal.lists.paging import PagedList
from app.portal.lists.query import read_page, read_size
from app.portal.services.jobs.labels import is_preview, label_outcome, label_verdict
from app.portal.services.jobs.tally import JobTally
from app.portal.store.jobs.item_order import IN_ORDER, NEWEST_FIRST, ItemFilter
from app.portal.store.jobs.tables import Job

_FAILED = "failed"
_LEFT_OUT = "left-out"
_DOUBTFUL = "warnings"
BY_CHANGE, BY_DEVICE = "change", "device"
# The previews of these tell what changes; of the others there is nothing that several devices could share.
_WITH_CHANGES = frozenset({JobAction.EDIT, JobAction.FILE, JobAction.DEFAULT, JobAction.UNDO})
_FEW = 25  # devices that are listed one by one where nobody chose otherwise
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
# These are named also where there are none.
_OF_PREVIEW = frozenset({Verdict.CHANGE, Verdict.UNCHANGED, Verdict.REFUSED})
_OF_IMPORT = frozenset({Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED, Verdict.ERROR})
_OF_JOB = frozenset(ItemState) - {ItemState.SKIPPED, ItemState.CANCELLED}


@dataclass(frozen=True)
class Share:
    """The items of a job with one result, with the area of the bar that shows them, and the URL that lists them."""

    value: str
    label: str
    count: int
    area: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class SortColumn:
    key: str
    label: str


class ItemPage(PagedList):
    """Invalid query parameters count as not given. A draft is filtered by verdict, a started job by outcome.

    `view` is BY_CHANGE, BY_DEVICE or empty. `difference` narrows the list to items that show the same; of a list by
    change, `opened` is the one whose devices are shown too.
    """

    def __init__(self, job: Job, tally: JobTally, path: str, args: Mapping[str, str]) -> None:
        self.is_preview = is_preview(job)
        self._name = "verdict" if self.is_preview else "outcome"
        self._chosen = args.get(self._name, "")
        self.columns = _columns_of(job, is_preview=self.is_preview)
        sort = args.get("sort", "")
        parameters = {
            self._name: self._chosen,
            "size": read_size(args),
            "sort": sort if sort.removeprefix("-") in self.columns else "",
            "view": args.get("view", ""),
            "difference": args.get("difference", ""),
            "open": args.get("open", ""),
        }
        super().__init__(path, parameters, defaults={"sort": ""})
        self.shares = list(self._shares_of_preview(job, tally) if self.is_preview else self._shares_of_job(tally))
        self.failed = self._share(_FAILED, "Failed", tally.failed, "bad")
        self.doubtful = self._share(_DOUBTFUL, "with warnings", tally.doubtful, "warn")
        chosen = next((share for share in [*self.shares, self.failed, self.doubtful] if share.is_chosen), None)
        if chosen is None:
            self._chosen = self._parameters[self._name] = ""
        self.all = self._share("", "All", tally.total, "")
        self.has_changes = job.action in _WITH_CHANGES
        self.is_by_change = False
        self._page = read_page(args)
        self.open(chosen.count if chosen else tally.total)

    def open(self, total: int, *, is_by_change: bool = False) -> None:
        """Say how many rows there are, of devices or of changes that several devices share."""
        self.is_by_change = is_by_change
        self.start = self._open_page(total, self._page)

    @property
    def difference(self) -> str:
        return str(self._parameters["difference"])

    @property
    def opened(self) -> str:
        return str(self._parameters["open"])

    @property
    def may_be_by_change(self) -> bool:
        """Return True if equal changes are to be counted together, unless that makes the list hardly shorter."""
        view = self._parameters["view"]
        if not self.has_changes or self.difference or self.sort:
            return False
        return view == BY_CHANGE or (view != BY_DEVICE and self.total > _FEW)

    def is_worth_grouping(self, groups: int) -> bool:
        return self._parameters["view"] == BY_CHANGE or 2 * groups <= self.total

    @property
    def views(self) -> Sequence[Share]:
        """The links to both ways to list the devices, where there are two."""
        if not self.has_changes:
            return []
        clear = {"difference": "", "open": "", "sort": ""}
        ways = ((BY_CHANGE, "By change", self.is_by_change), (BY_DEVICE, "By device", not self.is_by_change))
        return [Share(way, label, 0, "", self.url(view=way, **clear), is_now) for way, label, is_now in ways]

    @property
    def order(self) -> str:
        return self.sort or (IN_ORDER if self.is_preview else NEWEST_FIRST)

    @property
    def wanted(self) -> ItemFilter:
        return ItemFilter(**self._wanted(), difference=self.difference)

    def _wanted(self) -> Mapping[str, Any]:
        chosen = self._chosen
        if not chosen:
            return {}
        if chosen == _DOUBTFUL:
            return {"reason": ItemReason.DOUBTFUL}
        if self.is_preview:
            verdicts = [] if chosen == _LEFT_OUT else [Verdict(chosen)]
            return {"verdicts": verdicts, "is_left_out": chosen == _LEFT_OUT}
        if chosen == _FAILED:
            return {"states": FAILED}
        return {"states": UNFINISHED if chosen == ItemState.WAITING else [ItemState(chosen)]}

    @property
    def facets(self) -> Sequence[Share]:
        """The links over the table: what there is nothing of is left out."""
        others = [self.doubtful] if self.is_preview else [self.failed]
        return [self.all, *(share for share in [*others, *self.shares] if share.count or share.is_chosen)]

    @property
    def summary(self) -> str:
        """Return the shares in words: "8 will change, 2 unchanged"."""
        return ", ".join(f"{share.count:,} {share.label}" for share in self.shares if share.count) or "No devices"

    def _shares_of_preview(self, job: Job, tally: JobTally) -> Iterator[Share]:
        for verdict, area in _VERDICT_AREAS.items():
            count = tally.by_verdict.get(verdict, 0)
            if count or verdict in (_OF_IMPORT if job.action == JobAction.IMPORT else _OF_PREVIEW):
                yield self._share(verdict, label_verdict(JobAction(job.action), verdict), count, area)
        if tally.left_out:
            yield self._share(_LEFT_OUT, "left out", tally.left_out, "rest")

    def _shares_of_job(self, tally: JobTally) -> Iterator[Share]:
        for state, area in OUTCOME_AREAS.items():
            count = tally.by_outcome.get(state, 0)
            if count or state in _OF_JOB:
                yield self._share(state, label_outcome(state), count, area)

    def _share(self, value: str, label: str, count: int, area: str) -> Share:
        url = self.url(**{self._name: value, "difference": "", "open": ""})
        return Share(value, label, count, area, url, value == self._chosen)


def _columns_of(job: Job, *, is_preview: bool) -> Mapping[str, SortColumn]:
    """Return the columns that the list can be sorted by."""
    people = "Loses service" if is_preview and job.action in {JobAction.REBOOT, JobAction.DELETE} else "People"
    labels = {"device": "Device", "result": "Result", "people": people}
    if not is_preview:
        labels = {"device": "Device", "outcome": "Outcome", "people": people, "time": "Time"}
    return {key: SortColumn(key, label) for key, label in labels.items()}
