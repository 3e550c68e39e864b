"""Jobs as overviews show them."""

from collections.abc import Mapping, Sequence

from app.portal.domain.refs import GroupRef
from app.portal.domain.users import User
from app.portal.services.search.scope import scope_of
from app.portal.store.jobs.running import RunningJobs
from app.portal.store.jobs.tables import Job


class JobsUnderWay:
    """Answers a caller who was just shown the group, or the places of his scope."""

    def __init__(self, store: RunningJobs, user: User) -> None:
        self._store = store
        self._user = user

    def list(self, group: GroupRef, limit: int) -> Sequence[Job]:
        """Return jobs of a group that were started and are not at their end, the newest first."""
        return self._store.list_under_way(group, limit)

    def count_running(self) -> Mapping[GroupRef, int]:
        """Return numbers of running jobs by the narrowest place that holds all devices of the job."""
        return self._store.count(scope_of(self._user), self._user.username)
