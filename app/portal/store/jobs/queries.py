"""Reads of jobs for their pages: counted, filtered, paged and exported by the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Select, false, func, select
from sqlalchemy.orm import defer

from app.database import reading
from app.portal.domain.jobs import ItemReason, ItemState, Verdict
from app.portal.domain.refs import Scope
from app.portal.store.jobs.jobs import is_within
from app.portal.store.jobs.tables import Job, JobItem


@dataclass(frozen=True)
class ItemCount:
    """Items of one job with the same verdict, state and reason. `people` are on the lines of `counted` of them."""

    verdict: Verdict | None
    state: ItemState
    reason: ItemReason | None
    items: int
    counted: int
    people: int


@dataclass(frozen=True, kw_only=True)
class ItemFilter:
    """Empty collections and None do not filter. `is_left_out`: a person chose to leave the item as it is."""

    states: Collection[ItemState] = ()
    verdicts: Collection[Verdict] = ()
    is_left_out: bool | None = None


class JobQueries:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count_items(self, job_id: int) -> Sequence[ItemCount]:
        kinds = (JobItem.verdict, JobItem.state, JobItem.reason)
        numbers = func.count(), func.count(JobItem.people), func.sum(JobItem.people)
        statement = select(*kinds, *numbers).where(JobItem.job_id == job_id).group_by(*kinds)
        with reading(self._engine) as db:
            return [
                ItemCount(
                    Verdict(verdict) if verdict else None,
                    ItemState(state),
                    ItemReason(reason) if reason else None,
                    items,
                    counted,
                    people or 0,
                )
                for verdict, state, reason, items, counted, people in db.execute(statement)
            ]

    def list_items(self, job_id: int, wanted: ItemFilter, start: int, size: int) -> Sequence[JobItem]:
        """Return items in their order."""
        with reading(self._engine) as db:
            return db.scalars(_select_items(job_id, wanted).offset(start).limit(size)).all()

    def iterate_items(self, job_id: int, wanted: ItemFilter) -> Iterator[JobItem]:
        """Yield all such items in their order; some hundreds are in memory at a time."""
        with reading(self._engine) as db:
            yield from db.scalars(_select_items(job_id, wanted), execution_options={"yield_per": 500})

    def find_jobs_of(self, change_ids: Collection[int], scope: Scope) -> Mapping[int, int]:
        """Return the ids of the jobs of a scope that made these changes, by change."""
        of_jobs = select(JobItem.change_id, JobItem.job_id).join(Job, Job.id == JobItem.job_id)
        statement = of_jobs.where(JobItem.change_id.in_(change_ids), is_within(scope))
        with reading(self._engine) as db:
            return {change_id: job_id for change_id, job_id in db.execute(statement) if change_id is not None}


def _select_items(job_id: int, wanted: ItemFilter) -> Select[JobItem]:
    statement = select(JobItem).where(JobItem.job_id == job_id, *_conditions(wanted))
    without_plan = defer(JobItem.plan, raiseload=True)  # it is encrypted, which takes time
    return statement.order_by(JobItem.number, JobItem.part).options(without_plan)


def _conditions(wanted: ItemFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield JobItem.state.in_(wanted.states)
    if wanted.verdicts:
        yield JobItem.verdict.in_(wanted.verdicts)
    if wanted.is_left_out is not None:
        is_left_out = func.coalesce(JobItem.reason == ItemReason.LEFT_OUT, false())
        yield is_left_out if wanted.is_left_out else ~is_left_out
