"""The session at the platform that the items of a job are worked on with."""

from datetime import timedelta
from threading import Lock

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiRefused, ApiUnauthenticated
from app.portal.api.trace import CallTrace
from app.portal.domain.audit import Actor
from app.portal.domain.jobs import JobReason
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import UserLevel
from app.portal.domain.users import User
from app.portal.services.jobs.worker import OwnerCannotContinue
from app.portal.services.service_account import ServiceAccount, ServiceAccountRefused
from app.portal.store.jobs.tables import Job
from app.portal.store.sessions import StoredSession
from app.portal.web.context import Portal
from app.portal.web.user_services import Services


class JobSessions:
    """Gives clients that are signed in as a job's owner or, once his session is over, as the service account.

    The service account works for him as long as the settings say, since the platform last confirmed him.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._lock = Lock()
        settings = portal.settings
        self._account = ServiceAccount(
            settings.service_username, settings.service_password, lambda: portal.background_client(portal.adapter)
        )

    def open(self, job: Job, session: StoredSession, user: User, group: GroupRef) -> tuple[ApiClient, bool]:
        """Return a client for one item, and True where it is the service account's.

        Raises OwnerCannotContinue, and ApiUnavailable.
        """
        cookies = self._owner_cookies(job, session)
        if cookies:
            client = self._portal.client(cookies, CallTrace(job.request_id))
            actor = Actor(username=user.username, role=str(user.role), address="", request_id="")
            try:
                Services(self._portal, client, user, actor).confirmation.require()
            except ApiUnauthenticated:
                self._portal.jobs.store.withdraw_session(job.session_id)
            except ApiRefused as error:
                words = f"The platform refuses this account access: {error}"
                raise OwnerCannotContinue(JobReason.NO_RIGHT, words) from error
            else:
                self._portal.jobs.outcomes.note_confirmed(job, self._portal.settings.recheck_seconds)
                return client, False
        if not self._may_use_service_account(job, group):
            raise OwnerCannotContinue(JobReason.SIGN_IN)
        return self._portal.client(self._service_cookies(), CallTrace(job.request_id)), True

    def forget(self, job: Job, user_group: GroupRef) -> None:
        """Ask the platform anew before the next item: it did not know the session."""
        self._portal.index.confirmations.refuse(job.session_id, user_group, {})
        with self._lock:
            self._account.forget()

    @staticmethod
    def _owner_cookies(job: Job, session: StoredSession) -> dict[str, str]:
        """The page may have newer ones than the job, as long as the session is his; none where it was taken back."""
        if not job.backend_cookies:
            return {}
        return dict((session.backend_cookies if session.ended_at is None else None) or job.backend_cookies)

    def _may_use_service_account(self, job: Job, group: GroupRef) -> bool:
        hours = self._portal.settings.service_hours
        if not (self._account.username and job.confirmed_at):
            return False
        if self._portal.jobs.outcomes.age(job) > timedelta(hours=hours).total_seconds():
            return False
        try:
            with self._lock:
                identity = self._account.identity()
        except ServiceAccountRefused:
            return False
        own = identity.ids
        match identity.level:
            case UserLevel.SYSTEM_ADMIN:
                return True
            case UserLevel.TENANT_ADMIN:
                return own.tenant_id == group.tenant_id
            case _:
                return (own.tenant_id, own.group_id) == (group.tenant_id, group.group_id)

    def _service_cookies(self) -> dict[str, str]:
        with self._lock:
            return dict(self._account.cookies())
