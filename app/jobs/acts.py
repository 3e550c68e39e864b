"""The acts of jobs, done through the same services as by hand, in the name of the job's owner."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from app import logs
from app.jobs.sessions import JobSessions
from app.portal.domain.audit import Action, Actor
from app.portal.domain.jobs import PERMISSIONS, JobAction, JobReason
from app.portal.domain.refs import FileRef, GroupRef
from app.portal.domain.users import User
from app.portal.services.devices.service import Devices
from app.portal.services.jobs.acts.act import ItemAct
from app.portal.services.jobs.acts.delete import DeleteAct
from app.portal.services.jobs.acts.edit import EditAct
from app.portal.services.jobs.acts.files import DefaultAct, FileAct, FilePlan, FileSender
from app.portal.services.jobs.acts.importing import ImportAct
from app.portal.services.jobs.acts.reboot import RebootAct
from app.portal.services.jobs.acts.undo import UndoAct
from app.portal.services.jobs.acts.undo_creation import UndoCreationAct
from app.portal.services.jobs.guard import ClaimedItem
from app.portal.services.jobs.worker import OwnerCannotContinue
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.store.sessions import StoredSession
from app.portal.store.tables import Change
from app.portal.web.context import Portal
from app.portal.web.user_services import Services


def _open_edit(services: Services, job: Job) -> EditAct:
    values = (job.plan or {})["values"]
    return EditAct(services.devices, services.lines, services.phone_types, services.device_history, values)


def _open_file(services: Services, job: Job) -> FileAct:
    file = services.jobs.load_file(job)
    if file is None:
        raise OwnerCannotContinue(JobReason.NO_RIGHT, "The file of this job can no longer be read.")
    filename, content = file
    plan = FilePlan((job.plan or {})["file_format"], content, f"{filename} (job {job.id})")
    sender = FileSender(services.file_changes, services.device_history)
    return FileAct(services.devices, services.lines, services.tags, services.file_changes, sender, plan)


def _open_default(services: Services, job: Job) -> DefaultAct:
    sender = FileSender(services.file_changes, services.device_history)
    return DefaultAct(services.lines, services.config_files, services.file_changes, sender, str(job.id))


def _open_undo(services: Services, _job: Job) -> UndoAct:
    sender = FileSender(services.file_changes, services.device_history)
    return UndoAct(services.undo, services.file_changes, sender)


def _open_delete(services: Services, job: Job) -> ItemAct:
    delete = DeleteAct(services.devices, services.lines)
    return UndoCreationAct(services.undo, delete) if job.action == JobAction.UNDO else delete


_ACTS: Mapping[JobAction, Callable[[Services, Job], ItemAct]] = {
    JobAction.REBOOT: lambda services, _job: RebootAct(services.devices, services.lines),
    JobAction.EDIT: _open_edit,
    JobAction.FILE: _open_file,
    JobAction.DEFAULT: _open_default,
    JobAction.DELETE: _open_delete,
    JobAction.UNDO: _open_undo,
    JobAction.IMPORT: lambda services, _job: ImportAct(services.devices, services.phone_types, services.device_history),
}


class JobActs:
    """Opens the act of each item, as its owner or, where his session is over, as the service account."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._sessions = JobSessions(portal)

    def open(self, job: Job, item: JobItem, guard: ClaimedItem) -> ItemAct:
        """Raises OwnerCannotContinue where the owner is signed out or lost the right, and ApiUnavailable."""
        services = self.open_services(job, guard.group, guard, JobAction(item.action))
        return _ACTS[JobAction(item.action)](services, job)

    def look_at(self, job: Job, change: Change) -> None:
        """Read what a change was about, which settles its outcome. Raises what `open` raises, and ApiError."""
        group, name = GroupRef(change.tenant_id, change.group_id), change.device_name
        services = self.open_services(job, group)
        match change.action:
            case Action.FILE:
                services.file_changes.present(FileRef(group, name, str(change.after.get("file_format", ""))))
            case Action.LINES:
                services.lines.get(group, name)
            case Action.REBOOT:
                return
            case _:
                services.devices.get(group, name)

    def open_devices(self, job: Job, group: GroupRef) -> Devices:
        """Raises what `open` raises."""
        return self.open_services(job, group).devices

    def forget_session(self, job: Job) -> None:
        """Ask the platform anew before the next item of this job."""
        with suppress(OwnerCannotContinue):
            self._sessions.forget(job, self._load_owner(job)[1].group)

    def open_services(
        self, job: Job, group: GroupRef, guard: ClaimedItem | None = None, action: JobAction | None = None
    ) -> Services:
        logs.set_fields(job=job.id, request_id=job.request_id)
        session, user = self._load_owner(job)
        _require_right(user, {JobAction(job.action), action or JobAction(job.action)}, group)
        client, is_service_account = self._sessions.open(job, session, user, group)
        actor = Actor(
            username=job.username,
            role=str(user.role),
            address=job.address,
            request_id=job.request_id,
            by_service_account=is_service_account,
        )
        return Services(self._portal, client, user, actor, note=job.note, guard=guard)

    def _load_owner(self, job: Job) -> tuple[StoredSession, User]:
        session = self._portal.sessions.load(job.session_id)
        if session is None:
            raise OwnerCannotContinue(JobReason.SIGN_IN)
        role = self._portal.support_roles.role_of(session.username, session.level, session.group)
        return session, User(username=session.username, role=role, group=session.group, session_id=session.id)


def _require_right(user: User, actions: Collection[JobAction], group: GroupRef) -> None:
    if not all(user.may(permission) for action in actions for permission in PERMISSIONS[action]):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, f"The role {user.role} does not allow this any more.")
    if not user.reaches(group.tenant_id, group.group_id):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, "The account does not have access to this group any more.")
