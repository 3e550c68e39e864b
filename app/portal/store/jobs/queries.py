"""Reads of jobs for their pages: counted, filtered, paged and exported by the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, defer

from app.database import reading, snapshot
from app.portal.domain.jobs import ItemReason, ItemState, JobAction, Verdict
from app.portal.domain.refs import Scope
from app.portal.store.jobs.item_order import IN_ORDER, ItemFilter, conditions_of, difference_key, importance, sort_keys
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.scopes import is_within


@dataclass(frozen=True)
class ItemCount:
    """Items of one job with the same act and result. `people` are on the lines of `counted` of them."""

    action: JobAction
    verdict: Verdict | None
    state: ItemState
    reason: ItemReason | None
    items: int
    counted: int
    people: int


@dataclass(frozen=True)
class AlikeItems:
    """The items of a job that show the same; `first_id` is that of the first, `people` are on the lines of all."""

    key: str
    items: int
    first_id: int
    first_number: int
    people: int | None


class JobQueries:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count_items(self, job_id: int) -> Sequence[ItemCount]:
        kinds = (JobItem.action, JobItem.verdict, JobItem.state, JobItem.reason)
        numbers = func.count(), func.count(JobItem.people), func.sum(JobItem.people)
        statement = select(*kinds, *numbers).where(JobItem.job_id == job_id).group_by(*kinds)
        with reading(self._engine) as db:
            return [
                ItemCount(
                    JobAction(action),
                    Verdict(verdict) if verdict else None,
                    ItemState(state),
                    ItemReason(reason) if reason else None,
                    items,
                    counted,
                    people or 0,
                )
                for action, verdict, state, reason, items, counted, people in db.execute(statement)
            ]

    def list_items(
        self,
        job_id: int,
        wanted: ItemFilter,
        start: int,
        size: int,
        sort: str = IN_ORDER,
        *,
        with_plans: bool = False,
    ) -> Sequence[JobItem]:
        """Return items in an order, of which `sort_keys` tells."""
        ids = select(JobItem.id).where(*conditions_of(job_id, wanted)).order_by(*sort_keys(sort))
        with snapshot(self._engine) as db:
            return _load_items(db, db.scalars(ids.offset(start).limit(size)).all(), with_plans=with_plans)

    def count_matching(self, job_id: int, wanted: ItemFilter) -> int:
        with reading(self._engine) as db:
            return db.scalar(select(func.count()).where(*conditions_of(job_id, wanted))) or 0

    def count_differences(self, job_id: int, wanted: ItemFilter) -> int:
        """Return how many groups of items that show the same there are."""
        keys = select(difference_key).where(*conditions_of(job_id, wanted)).distinct().subquery()
        with reading(self._engine) as db:
            return db.scalar(select(func.count()).select_from(keys)) or 0

    def list_differences(
        self, job_id: int, wanted: ItemFilter, start: int, size: int, *, is_preview: bool
    ) -> Sequence[AlikeItems]:
        """Return groups of items that show the same: what a person has to look at first, then the largest."""
        rank = importance(is_preview=is_preview)
        columns = difference_key.label("key"), rank.label("rank"), JobItem.id, JobItem.number, JobItem.people
        item = select(*columns).where(*conditions_of(job_id, wanted)).subquery().c
        first_number = func.min(item.number)
        told = item.key, func.count(), func.min(item.id), first_number, func.sum(item.people)
        order = func.min(item.rank), func.count().desc(), first_number, item.key
        statement = select(*told).group_by(item.key).order_by(*order)
        with reading(self._engine) as db:
            return [AlikeItems(*row) for row in db.execute(statement.offset(start).limit(size))]

    def difference_of(self, item_id: int) -> str:
        """Return the key of the items that show the same as this one."""
        with reading(self._engine) as db:
            return db.scalar(select(difference_key).where(JobItem.id == item_id)) or ""

    def load_items(self, ids: Sequence[int]) -> Sequence[JobItem]:
        """Return these items, in this order."""
        with reading(self._engine) as db:
            return _load_items(db, ids)

    def iterate_items(self, job_id: int, wanted: ItemFilter) -> Iterator[JobItem]:
        """Yield all such items in their order; some hundreds are in memory at a time."""
        statement = select(JobItem).where(*conditions_of(job_id, wanted)).order_by(*sort_keys(IN_ORDER))
        with snapshot(self._engine) as db:
            yield from db.scalars(statement.options(_WITHOUT_PLAN), execution_options={"yield_per": 500})

    def find_jobs_of(self, change_ids: Collection[int], scope: Scope) -> Mapping[int, int]:
        """Return the ids of the jobs of a scope that made these changes, by change."""
        of_jobs = select(JobItem.change_id, JobItem.job_id).join(Job, Job.id == JobItem.job_id)
        statement = of_jobs.where(JobItem.change_id.in_(change_ids), is_within(Job, scope))
        with reading(self._engine) as db:
            return {change_id: job_id for change_id, job_id in db.execute(statement) if change_id is not None}


_WITHOUT_PLAN = defer(JobItem.plan, raiseload=True)  # it is encrypted, which takes time


def _load_items(db: Session, ids: Sequence[int], *, with_plans: bool = False) -> Sequence[JobItem]:
    statement = select(JobItem).where(JobItem.id.in_(ids))
    items = db.scalars(statement if with_plans else statement.options(_WITHOUT_PLAN))
    by_id = {item.id: item for item in items}
    return [by_id[item_id] for item_id in ids if item_id in by_id]
