"""Jobs as their pages see them: made, listed, counted, and commanded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, exists, func, insert, null, select, update

from app.database import reading, writing
from app.portal.domain.audit import UNDOABLE, Action, Actor
from app.portal.domain.jobs import (
    TO_DO,
    Command,
    ItemState,
    JobAction,
    JobReason,
    JobState,
    RunOptions,
)
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.sequences import in_chunks
from app.portal.store.jobs.commands import give_command
from app.portal.store.jobs.limits import JobLimits
from app.portal.store.jobs.new_rows import NEW_ITEM, NEW_JOB, NOT_FOUND
from app.portal.store.jobs.tables import Job, JobFile, JobItem
from app.portal.store.scopes import is_within
from app.portal.store.tables import Change

_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class NewItem:
    """A device of a new job; see the columns of these names."""

    group: GroupRef
    device_name: str
    plan: Mapping[str, Any] | None = None
    action: JobAction | None = None  # where it is another than that of the job


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job as it is asked for. `cookies` are its owner's at the platform.

    `place` is the narrowest that holds all devices which he reaches. The others, those of groups `out_of_reach`, become
    items that are refused as if they did not exist. `file` is the one that it is made with: its name and its content.
    """

    action: JobAction
    title: str
    actor: Actor
    state: JobState
    session_id: int
    cookies: Mapping[str, str]
    place: Scope
    items: Sequence[NewItem]
    out_of_reach: Collection[GroupRef] = ()
    plan: Mapping[str, Any] | None = None
    file: tuple[str, bytes] | None = None


class JobStore:
    def __init__(self, engine: Engine, limits: JobLimits) -> None:
        self._engine = engine
        self._limits = limits

    def create(self, new: NewJob, now: datetime) -> int:
        """Store a job with its items in their order. Return its id. Raise JobRefused beyond the limits."""
        with writing(self._engine) as db:
            self._limits.require_room(db, new.actor.username, len(new.items))
            job = Job(
                created_at=now,
                username=new.actor.username,
                role=new.actor.role,
                address=new.actor.address,
                request_id=new.actor.request_id,
                session_id=new.session_id,
                backend_cookies=dict(new.cookies),
                action=new.action,
                tenant_id=new.place.tenant_id or "",
                group_id=new.place.group_id or "",
                title=new.title,
                plan=new.plan,
                state=new.state,
                items=len(new.items),
                **NEW_JOB,
            )
            db.add(job)
            db.flush()
            if new.file:
                db.add(JobFile(job_id=job.id, filename=new.file[0], content=new.file[1]))
            rows = [
                {
                    **NEW_ITEM,
                    **(NOT_FOUND if item.group in new.out_of_reach else {}),
                    "job_id": job.id,
                    "number": number,
                    "action": item.action or new.action,
                    "tenant_id": item.group.tenant_id,
                    "group_id": item.group.group_id,
                    "device_name": item.device_name,
                    "plan": item.plan,
                }
                for number, item in enumerate(new.items, start=1)
            ]
            for chunk in in_chunks(rows, _ROWS_AT_ONCE):
                db.execute(insert(JobItem), chunk)
            return job.id

    def find(self, job_id: int, scope: Scope) -> Job | None:
        """Return a job of the scope; what lies outside is as if it did not exist."""
        with reading(self._engine) as db:
            return db.scalar(select(Job).where(Job.id == job_id, is_within(Job, scope)))

    def list_items(self, job_id: int, limit: int, after: int) -> Sequence[JobItem]:
        """Return items in their order, behind the one with this number."""
        statement = select(JobItem).where(JobItem.job_id == job_id, JobItem.number > after)
        with reading(self._engine) as db:
            return db.scalars(statement.order_by(JobItem.number).limit(limit)).all()

    def start(self, job_id: int, options: RunOptions, now: datetime) -> bool:
        """Let a draft run, at once or at its time; return False if it is no draft any more."""
        state = JobState.SCHEDULED if options.start_at else JobState.RUNNING
        started_at = None if options.start_at else now
        waiting = (JobItem.job_id == job_id) & (JobItem.state == ItemState.WAITING)
        with reading(self._engine) as db:
            numbers = db.scalars(select(JobItem.number).where(waiting).distinct().order_by(JobItem.number)).all()
        is_canary = 0 < options.canary < len(numbers)
        values = {**asdict(options), "canary_number": numbers[options.canary - 1] if is_canary else 0}
        return self._command(job_id, Command.START, state=state, started_at=started_at, **values)

    def pause(self, job_id: int, by: str) -> bool:
        values = {"reason": JobReason.BY_PERSON, "params": {"by": by}}
        return self._command(job_id, Command.PAUSE, state=JobState.PAUSED, **values)

    def resume(self, job_id: int, now: datetime) -> bool:
        """Let a job go on, behind its canary too where that is what it waits for."""
        cleared: dict[str, Any] = {"reason": None, "params": {}, "failures": 0, "tries": 0, "next_at": 0.0}
        is_unread = (Job.action == JobAction.IMPORT) & (Job.items == 0)
        is_preview = is_unread | exists().where(JobItem.job_id == job_id, JobItem.verdict.is_(None))
        return self._command(
            job_id,
            Command.RESUME,
            state=case((is_preview, JobState.CHECKING), else_=JobState.RUNNING),
            started_at=case((is_preview, Job.started_at), else_=func.coalesce(Job.started_at, now)),
            canary_number=case((Job.reason == JobReason.CANARY, 0), else_=Job.canary_number),
            **cleared,
        )

    def reschedule(self, job_id: int) -> bool:
        """Let a job that was paused before its time wait for it again."""
        return self._command(job_id, Command.RESUME, state=JobState.SCHEDULED, reason=None, params={})

    def adopt(self, job_id: int, session_id: int, cookies: Mapping[str, str]) -> None:
        """Let a job go on with a new session of its owner."""
        values = {"session_id": session_id, "backend_cookies": dict(cookies)}
        with writing(self._engine) as db:
            db.execute(update(Job).where(Job.id == job_id).values(**values))

    def cancel(self, job_id: int, by: str, now: datetime) -> bool:
        """Send nothing more. What is under way ends as it ends."""
        values = {"reason": JobReason.BY_PERSON, "params": {"by": by}, "ended_at": now}
        waiting = (JobItem.job_id == job_id) & (JobItem.state == ItemState.WAITING)
        with writing(self._engine) as db:
            if not give_command(db, job_id, Command.CANCEL, state=JobState.CANCELLED, **values):
                return False
            db.execute(update(JobItem).where(waiting).values(state=ItemState.CANCELLED, ended_at=now))
        return True

    def retry(self, job_id: int) -> bool:
        """Let a job do once more what was refused, and what a reading showed as not done."""
        cleared: dict[str, Any] = {"reason": None, "params": {}, "failures": 0, "canary_number": 0, "ended_at": None}
        waiting: dict[str, Any] = {"state": ItemState.WAITING, "reason": None, "params": {}}
        waiting |= {"change_id": None, "ended_at": None}
        with writing(self._engine) as db:
            if not give_command(db, job_id, Command.RETRY, state=JobState.RUNNING, next_at=0.0, tries=0, **cleared):
                return False
            db.execute(update(JobItem).where(_is_refused(job_id)).values(**waiting))
        return True

    def has_refused(self, job_id: int) -> bool:
        with reading(self._engine) as db:
            return db.scalar(select(JobItem.id).where(_is_refused(job_id)).limit(1)) is not None

    def list_changed(self, job_id: int) -> Sequence[Change]:
        """Return the changes of devices that a job made, and what it created, as far as that can be undone."""
        is_changed = (JobItem.state == ItemState.DONE) & JobItem.change_id.is_not(None)
        statement = (
            select(Change)
            .join(JobItem, Change.id == JobItem.change_id)
            .where(JobItem.job_id == job_id, is_changed, Change.action.in_([*UNDOABLE, Action.CREATE]))
        )
        with reading(self._engine) as db:
            return db.scalars(statement.order_by(JobItem.number, JobItem.part)).all()

    def list_to_reboot(self, job_id: int) -> Sequence[tuple[GroupRef, str]]:
        """Return the devices that a job gave what their phones have only after a reboot."""
        place = JobItem.tenant_id, JobItem.group_id, JobItem.device_name
        columns = select(*place).distinct().order_by(*place)
        is_done = (JobItem.job_id == job_id) & (JobItem.state == ItemState.DONE)
        statement = columns.join(Change, Change.id == JobItem.change_id).where(is_done, Change.needs_reboot)
        with reading(self._engine) as db:
            return [(GroupRef(*row[:2]), row.device_name) for row in db.execute(statement)]

    def withdraw_session(self, session_id: int, *, is_final: bool = False) -> None:
        """Take a session from all jobs that work with it; if it is final, the service account takes none of them on."""
        is_unfinished = Job.state.not_in([JobState.DONE, JobState.CANCELLED])
        values: dict[str, Any] = {"backend_cookies": null(), **({"confirmed_at": 0.0} if is_final else {})}
        with writing(self._engine) as db:
            db.execute(update(Job).where(Job.session_id == session_id, is_unfinished).values(**values))

    def list_sessions(self, username: str) -> Sequence[int]:
        """Return the sessions that jobs of an account work with."""
        with reading(self._engine) as db:
            return db.scalars(select(Job.session_id).where(Job.username == username).distinct()).all()

    def count_working(self, session_id: int) -> int:
        """Return how many jobs run with a session, or are to."""
        is_working = Job.state.in_([JobState.CHECKING, JobState.SCHEDULED, JobState.RUNNING, JobState.PAUSED])
        statement = select(func.count()).select_from(Job).where(Job.session_id == session_id, is_working)
        with reading(self._engine) as db:
            return db.scalar(statement) or 0

    def _command(self, job_id: int, command: Command, **values: Any) -> bool:
        with writing(self._engine) as db:
            return give_command(db, job_id, command, **values)


def _is_refused(job_id: int) -> ColumnElement[bool]:
    """True of an item that was tried and refused, not of one that the preview refused."""
    return (JobItem.job_id == job_id) & (JobItem.state == ItemState.REFUSED) & JobItem.verdict.in_(TO_DO)
