"""An item of a job as its change carries it."""

from app.portal.services.changes.executor import JobStopped
from app.portal.store.jobs.claims import Claim, JobClaims
from app.portal.store.jobs.outcomes import JobItemPart


class ClaimedItem(JobItemPart):
    """Lets the change be sent only while the item is this worker's and its job runs."""

    def __init__(self, claims: JobClaims, claim: Claim) -> None:
        super().__init__(claim, claims.clock)
        self._claims = claims

    def pass_fence(self) -> None:
        if not self._claims.mark_sent(self._claim):
            raise JobStopped
        self.is_sent = True
