"""Jobs as one user may make, see and command them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.portal.api.client import ApiClient
from app.portal.domain.audit import Action, Actor
from app.portal.domain.jobs import (
    OF_OWNER,
    PERMISSIONS,
    WITHOUT_PLAN,
    Command,
    JobAction,
    JobRefused,
    JobState,
    RunOptions,
    allowed_states,
)
from app.portal.domain.local_time import LocalTime
from app.portal.domain.refs import GroupRef, Scope
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.services.index.tolerance import read_or_else
from app.portal.services.jobs.titles import title_of
from app.portal.services.search.confirmation import ScopeConfirmation
from app.portal.store.audit import AuditLog
from app.portal.store.jobs.jobs import JobStore, NewItem, NewJob
from app.portal.store.jobs.plans import ChosenItems, JobPlans
from app.portal.store.jobs.present_values import PresentValues
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.tables import Change

__all__ = ["ChosenItems", "Job", "JobItem", "JobRefused", "Jobs"]


class Jobs:
    def __init__(
        self,
        store: JobStore,
        plans: JobPlans,
        present: PresentValues,
        client: ApiClient,
        user: User,
        actor: Actor,
        confirmation: ScopeConfirmation,
        audit_log: AuditLog,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._plans = plans
        self._present = present
        self._client = client
        self._user = user
        self._actor = actor
        self._confirmation = confirmation
        self._audit_log = audit_log
        self._now = now

    def may(self, action: JobAction) -> bool:
        return all(self._user.may(permission) for permission in PERMISSIONS[action])

    def create(self, action: JobAction, devices: Sequence[tuple[GroupRef, str]]) -> int:
        """Make a draft for these devices in their order, and return its id. Nothing is sent before it is started.

        Devices out of the user's reach become items that are refused as if they did not exist.
        """
        return self._create(action, title_of(action), [NewItem(*device) for device in devices])

    def undo(self, job: Job) -> int:
        """Make a draft that gives the devices of a job their values of before, and return its id.

        What the job created is deleted. Raise JobRefused where the job changed nothing that can be undone.
        """
        if not self.may(JobAction.UNDO):
            raise JobRefused("Your role does not allow this.")
        changed = self._store.list_changed(job.id)
        if not changed:
            raise JobRefused("This job made no change that can be undone.")
        items = [_to_undo(change) for change in changed]
        if not self.may(JobAction.DELETE) and any(item.action is JobAction.DELETE for item in items):
            raise JobRefused("Your role does not allow you to delete the devices that this job added.")
        return self._create(JobAction.UNDO, f"Undo job {job.id}", items)

    def awaiting_reboot(self, job: Job) -> Sequence[tuple[GroupRef, str]]:
        """Return the devices of a job whose phones get its change by a reboot that nobody has asked for yet."""
        devices = self._store.list_to_reboot(job.id)
        pending = {group: self._audit_log.reboot_pending_since(group) for group, _ in devices}
        return [(group, name) for group, name in devices if name in pending[group]]

    def reboot(self, job: Job) -> int:
        """Make a draft that reboots these devices, and return its id. Raise JobRefused where there are none."""
        if not self.may(JobAction.REBOOT):
            raise JobRefused("Your role does not allow you to reboot devices.")
        devices = self.awaiting_reboot(job)
        if not devices:
            raise JobRefused("No device of this job waits for a reboot.")
        return self.create(JobAction.REBOOT, devices)

    def retry(self, job: Job) -> None:
        """Let a job do once more what was refused. Raise JobRefused where nothing was."""
        self._require(job, Command.RETRY)
        if not self._store.has_refused(job.id):
            raise JobRefused("No device of this job was refused by the platform.")
        self._adopt(job)
        self._require_done(self._store.retry(job.id))

    def _create(self, action: JobAction, title: str, items: Sequence[NewItem]) -> int:
        groups = {item.group for item in items}
        in_reach = {group for group in groups if self._user.reaches(group.tenant_id, group.group_id)}
        return self._store.create(
            NewJob(
                action=action,
                title=title,
                actor=self._actor,
                state=JobState.CHECKING if action in WITHOUT_PLAN else JobState.DRAFT,
                session_id=self._user.session_id,
                cookies=self._client.authentication.cookies,
                place=_place_of(in_reach or {self._user.group}),
                items=items,
                out_of_reach=groups - in_reach,
            ),
            self._now(),
        )

    def find(self, job_id: int) -> Job | None:
        """Return a job of the user's scope. Raises ApiError where the platform no longer confirms that scope."""
        self._confirmation.require()
        return self._store.find(job_id, self.scope)

    def confirmed_scope(self) -> Scope:
        """Return where the user sees jobs. Raises ApiError where the platform no longer confirms that."""
        self._confirmation.require()
        return self.scope

    def items(self, job: Job, limit: int, after: int = 0) -> Sequence[JobItem]:
        """Return items in their order, behind the one with this number."""
        return self._store.list_items(job.id, limit, after)

    def present_values(self, job: Job) -> Mapping[str, Counter[str]]:
        """Return by field how many devices have each of its values, as far as the index knows them."""
        return read_or_else(lambda: self._present.count_values(job.id), {})

    def present_files(self, job: Job) -> Mapping[str, int]:
        """Return how many devices have each format of a config file, as far as the index knows them."""
        return read_or_else(lambda: self._present.count_files(job.id), {})

    def may_command(self, job: Job, command: Command) -> bool:
        is_own = job.username == self._user.username
        return (
            job.state in allowed_states(command)
            and self.may(JobAction(job.action))
            and (is_own or command not in OF_OWNER)
        )

    def plan(self, job: Job, plan: Mapping[str, Any], title: str, file: tuple[str, bytes] | None = None) -> None:
        """Say what a draft is to do, and let its preview be built, anew where it had one.

        `file`: the name and the content of the config file to send.
        """
        self._require(job, Command.PLAN)
        self._require_done(self._plans.set_plan(job.id, plan, title, file))

    def load_file(self, job: Job) -> tuple[str, bytes] | None:
        """Return the name and the content of the file that a job was made with."""
        file = self._plans.load_file(job.id)
        return None if file is None or file.content is None else (file.filename, file.content)

    def leave_out(self, job: Job, chosen: ChosenItems) -> None:
        """Let devices of a draft stay as they are."""
        self._require(job, Command.PLAN)
        if chosen.is_empty:
            raise JobRefused("Select the devices to leave out.")
        self._require_done(self._plans.leave_out(job.id, chosen, self._now()) > 0)

    def check_again(self, job: Job) -> None:
        """Build the preview of a draft again, from what the devices are now."""
        self._require(job, Command.PLAN)
        if job.checked_at is None:
            raise JobRefused("The job has no preview yet. Choose what to do first.")
        self._require_done(self._plans.check_again(job.id))

    def start(self, job: Job, options: RunOptions) -> None:
        """Raise JobRefused where the job is no draft any more, or its preview is not there."""
        self._require(job, Command.START)
        if options.reboot_after and not self.may(JobAction.REBOOT):
            raise JobRefused("Your role does not allow you to reboot devices. Nothing was started.")
        if job.checked_at is None:
            raise JobRefused("The job has no preview yet. Choose what to do first.")
        self._adopt(job)
        self._require_done(self._store.start(job.id, options, self._now()))

    def pause(self, job: Job) -> None:
        self._require(job, Command.PAUSE)
        self._require_done(self._store.pause(job.id, self._actor.username))

    def resume(self, job: Job) -> None:
        """Let a job go on, or start before its time; one that was paused before its time waits for it again."""
        self._require(job, Command.RESUME)
        self._adopt(job)
        if job.state == JobState.PAUSED and is_ahead(job, self._now()):
            self._require_done(self._store.reschedule(job.id))
        else:
            self._require_done(self._store.resume(job.id, self._now()))

    def cancel(self, job: Job) -> None:
        self._require(job, Command.CANCEL)
        self._require_done(self._store.cancel(job.id, self._actor.username, self._now()))

    def _adopt(self, job: Job) -> None:
        """Let a job work with the present session of its owner."""
        self._store.adopt(job.id, self._user.session_id, self._client.authentication.cookies)

    def _require(self, job: Job, command: Command) -> None:
        if not self.may(JobAction(job.action)):
            raise JobRefused("Your role does not allow what this job does.")
        if command in OF_OWNER and job.username != self._user.username:
            raise JobRefused(f"The job works in the name of {job.username}, who alone can plan, start and continue it.")
        if job.state not in allowed_states(command):
            raise JobRefused(f"The job is {job.state} by now. Nothing was changed.")

    @staticmethod
    def _require_done(is_done: bool) -> None:
        if not is_done:
            raise JobRefused("The job went on meanwhile. Look at its state, and try again.")

    @property
    def scope(self) -> Scope:
        if self._user.reaches_every_tenant:
            return Scope()
        group = self._user.group
        return Scope(group.tenant_id, group.group_id if self._user.role is Role.GROUP_ADMIN else None)


def _to_undo(change: Change) -> NewItem:
    action = JobAction.DELETE if change.action == Action.CREATE else None
    group = GroupRef(change.tenant_id, change.group_id)
    return NewItem(group, change.device_name, {"change_id": change.id}, action)


def is_ahead(job: Job, now: datetime) -> bool:
    """Return True if the job has a time to start at, which has not come yet."""
    if job.started_at is not None or not job.start_at:
        return False
    try:
        return LocalTime(job.start_at, job.zone).instant > now
    except ValueError:  # the system does not know its zone any more
        return False


def _place_of(groups: Collection[GroupRef]) -> Scope:
    """Return the narrowest scope that holds all the groups."""
    tenants = {group.tenant_id for group in groups}
    if len(tenants) != 1:
        return Scope()
    tenant_id = next(iter(tenants))
    return Scope(tenant_id or None, next(iter(groups)).group_id or None if len(groups) == 1 else None)
