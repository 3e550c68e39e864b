"""The acts of jobs, done through the same services as by hand, in the name of the job's owner."""

from functools import partial

from app.portal.domain.audit import Actor
from app.portal.domain.jobs import JobAction, JobReason
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.domain.users import User
from app.portal.services.jobs.guard import ClaimedItem
from app.portal.services.jobs.worker import ItemAct, OwnerCannotContinue
from app.portal.store.jobs.tables import Job
from app.portal.web.context import Portal
from app.portal.web.services import Services, build_services

_PERMISSIONS = {JobAction.REBOOT: Permission.DEVICE_REBOOT}


def open_act(portal: Portal, job: Job, item: ClaimedItem) -> ItemAct:
    """Return the act of a job for one item. Raises OwnerCannotContinue where its owner lost the right to it."""
    session = portal.sessions.load(job.session_id)
    if session is None or session.ended_at is not None:
        raise OwnerCannotContinue(JobReason.SIGN_IN)
    role = portal.support_roles.role_of(session.username, session.level, session.group)
    user = User(username=session.username, role=role, group=session.group, session_id=session.id)
    _require_right(user, role, JobAction(job.action), item.group)
    client = portal.client(session.backend_cookies or job.backend_cookies or {}, job.request_id)
    actor = Actor(username=job.username, role=str(role), address=job.address, request_id=job.request_id)
    services = build_services(portal, client, user, actor, note=job.note, guard=item)
    return partial(_reboot, services)


def _require_right(user: User, role: Role, action: JobAction, group: GroupRef) -> None:
    if not user.may(_PERMISSIONS[action]):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, f"The role {role} does not allow this any more.")
    if not user.reaches(group.tenant_id, group.group_id):
        raise OwnerCannotContinue(JobReason.NO_RIGHT, "The account does not have access to this group any more.")


def _reboot(services: Services, group: GroupRef, device_name: str) -> bool:
    services.devices.reboot(group, device_name)
    return True
