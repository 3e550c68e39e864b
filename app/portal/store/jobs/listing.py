"""The jobs of a scope: filtered, sorted and counted by the database."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Engine, and_, bindparam, case, exists, func, or_, select, true
from sqlalchemy.orm import defer

from app.database import reading
from app.portal.domain.jobs import FAILED, ItemState, JobReason, JobState
from app.portal.domain.refs import Scope
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.scopes import is_within


class JobKind(StrEnum):
    """Kinds that a list of jobs is filtered by; a job can be of several."""

    WAITS_FOR_USER = "you"
    RUNNING = "running"
    SCHEDULED = "scheduled"
    DRAFT = "draft"
    WITH_FAILURES = "failed"


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """`username` is whose list it is: the jobs that wait for that account come first. `kind` None is all."""

    scope: Scope
    username: str
    kind: JobKind | None = None
    is_own: bool = False


class JobListing:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self, query: JobQuery) -> tuple[int, Mapping[JobKind, int]]:
        """Return the number of all jobs, and those of each kind, whatever the kind that is asked for."""
        of_kinds = [func.sum(case((is_of_kind(kind, query.username), 1), else_=0)) for kind in JobKind]
        with reading(self._engine) as db:
            total, *numbers = db.execute(select(func.count(), *of_kinds).where(_is_in_list(query))).one()
        return total, {kind: number or 0 for kind, number in zip(JobKind, numbers, strict=True)}

    def list_page(self, query: JobQuery, start: int, size: int) -> Sequence[Job]:
        """Return what waits for the user first, then what runs, then what is scheduled, drafts, and the others."""
        is_wanted = true() if query.kind is None else is_of_kind(query.kind, query.username)
        first = (JobKind.WAITS_FOR_USER, JobKind.RUNNING, JobKind.SCHEDULED, JobKind.DRAFT)
        rank = case(
            *((is_of_kind(kind, query.username), number) for number, kind in enumerate(first)), else_=len(first)
        )
        statement = select(Job).where(_is_in_list(query), is_wanted).order_by(rank, Job.id.desc())
        without_secrets = defer(Job.plan), defer(Job.backend_cookies)
        with reading(self._engine) as db:
            return db.scalars(statement.options(*without_secrets).offset(start).limit(size)).all()

    def count_own(self, username: str) -> tuple[int, int]:
        """Return how many jobs of an account wait for it, and how many run."""
        with self._engine.connect() as connection:
            waiting, running = connection.execute(_OWN, {"username": username}).one()
        return waiting or 0, running or 0

    def count_outcomes(self, job_ids: Collection[int]) -> Mapping[int, Mapping[ItemState, int]]:
        """Return by job the numbers of its items by state."""
        kinds = JobItem.job_id, JobItem.state
        statement = select(*kinds, func.count()).where(JobItem.job_id.in_(job_ids)).group_by(*kinds)
        counts: defaultdict[int, dict[ItemState, int]] = defaultdict(dict)
        with reading(self._engine) as db:
            for job_id, state, count in db.execute(statement):
                counts[job_id][ItemState(state)] = count
        return counts


def _is_in_list(query: JobQuery) -> ColumnElement[bool]:
    is_wanted = is_within(Job, query.scope)
    return is_wanted & (Job.username == query.username) if query.is_own else is_wanted


def waits_for(username: str | BindParameter[str]) -> ColumnElement[bool]:
    """True of a job that goes on only once its owner did something."""
    is_held = or_(
        Job.state == JobState.WAITING,
        and_(Job.state == JobState.PAUSED, Job.reason.in_([JobReason.FAILURES, JobReason.MISSED_START])),
    )
    return and_(Job.username == username, is_held)


def is_of_kind(kind: JobKind, username: str) -> ColumnElement[bool]:
    match kind:
        case JobKind.WAITS_FOR_USER:
            return waits_for(username)
        case JobKind.RUNNING:
            states = JobState.CHECKING, JobState.RUNNING, JobState.PAUSED, JobState.WAITING
            return Job.state.in_(states) & ~waits_for(username)
        case JobKind.SCHEDULED:
            return Job.state == JobState.SCHEDULED
        case JobKind.DRAFT:
            return Job.state == JobState.DRAFT
        case JobKind.WITH_FAILURES:
            has_failed = exists().where(JobItem.job_id == Job.id, JobItem.state.in_(FAILED))
            return Job.state.not_in([JobState.CHECKING, JobState.DRAFT]) & has_failed


_UNDER_WAY = (JobState.CHECKING, JobState.RUNNING, JobState.PAUSED, JobState.WAITING)
_USERNAME = bindparam("username", type_=Job.username.type)
_OWN = select(
    func.sum(case((waits_for(_USERNAME), 1), else_=0)), func.sum(case((Job.state == JobState.RUNNING, 1), else_=0))
).where(Job.username == _USERNAME, Job.state.in_(_UNDER_WAY))
