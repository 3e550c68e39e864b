"""The acts of jobs, done through the same services as by hand, in the name of the job's owner."""

from collections.abc import Callable, Mapping

from app.portal.domain.audit import Actor
from app.portal.domain.jobs import PERMISSIONS, JobAction, JobReason
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.services.jobs.acts.act import ItemAct
from app.portal.services.jobs.acts.reboot import RebootAct
from app.portal.services.jobs.guard import ClaimedItem
from app.portal.services.jobs.worker import OwnerCannotContinue
from app.portal.store.jobs.tables import Job, JobItem
from app.portal.web.context import Portal
from app.portal.web.services import Services, build_services

_ACTS: Mapping[JobAction, Callable[[Services, Job], ItemAct]] = {
    JobAction.REBOOT: lambda services, _job: RebootAct(services.devices, services.lines),
}


def open_act(portal: Portal, job: Job, item: JobItem, guard: ClaimedItem) -> ItemAct:
    """Return the act of an item. Raises OwnerCannotContinue where its owner lost the right to it."""
    session = portal.sessions.load(job.session_id)
    if session is None or session.ended_at is not None:
        raise OwnerCannotContinue(JobReason.SIGN_IN)
    role = portal.support_roles.role_of(session.username, session.level, session.group)
    user = User(username=session.username, role=role, group=session.group, session_id=session.id)
    action = JobAction(item.action)
    _require_right(user, role, JobAction(job.action), guard.group)
    client = portal.client(session.backend_cookies or job.backend_cookies or {}, job.request_id)
    actor = Actor(username=job.username, role=str(role), address=job.address, request_id=job.request_id)
    services = build_services(portal, client, user, actor, note=job.note, guard=guard)
    return _ACTS[action](services, job)


def _require_right(user: User, role: Role, action: JobAction, group: GroupRef) -> None:
    if not all(user.may(permission) for permission in PERMISSIONS[action]):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, f"The role {role} does not allow this any more.")
    if not user.reaches(group.tenant_id, group.group_id):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, "The account does not have access to this group any more.")
