"""Working on items: claim one, do it through the services of its owner, say what became of it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from app.portal.api.errors import (
    ApiError,
    ApiForbidden,
    ApiNotFound,
    ApiUnauthenticated,
    ApiUnavailable,
    ApiUnsupported,
)
from app.portal.api.stored_errors import seconds_to_wait
from app.portal.domain.jobs import ItemReason, ItemState, JobReason
from app.portal.domain.refs import GroupRef
from app.portal.services.changes.executor import (
    AuditUnavailable,
    ChangeInProgress,
    EditConflict,
    JobStopped,
    OutcomeUnknown,
)
from app.portal.services.jobs.guard import ClaimedItem
from app.portal.store.jobs.claims import Claim, JobClaims
from app.portal.store.jobs.outcomes import JobOutcomes
from app.portal.store.jobs.tables import Job

log = logging.getLogger(__name__)

_BUSY_PAUSE = 5.0  # seconds, while another change of the device may still take effect
_RETRIES = (5, 10, 20, 30, 60)  # seconds after the first failure of the platform, the second, …


class ItemAct(Protocol):
    """Does to one device what the job says. Returns False where the device is so already."""

    def __call__(self, group: GroupRef, device_name: str) -> bool: ...


class OwnerCannotContinue(Exception):
    """The job's owner is signed out, or may not do this any more."""

    def __init__(self, reason: JobReason, words: str = "") -> None:
        super().__init__(words)
        self.reason = reason


class JobWorker:
    """One of any number of workers. `open_act` raises OwnerCannotContinue; `renewing` keeps a lease during a block."""

    def __init__(
        self,
        claims: JobClaims,
        outcomes: JobOutcomes,
        open_act: Callable[[Job, ClaimedItem], ItemAct],
        renewing: Callable[[Claim], AbstractContextManager[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._claims = claims
        self._outcomes = outcomes
        self._open_act = open_act
        self._renewing = renewing
        self._now = now

    def work_on_next(self) -> bool:
        """Carry out an item that is due; return False if there is none."""
        claim = self._claims.claim()
        if claim is None:
            return False
        item = ClaimedItem(self._claims, claim, self._now())
        try:
            with self._renewing(claim):
                self._carry_out(claim, item)
        finally:
            self._outcomes.settle(claim.job_id, self._now())
        return True

    def _carry_out(self, claim: Claim, item: ClaimedItem) -> None:
        job = self._outcomes.load_job(claim.job_id)
        try:
            is_changed = self._open_act(job, item)(claim.group, claim.device_name)
        except (OwnerCannotContinue, ApiUnauthenticated) as stop:
            self._claims.give_back(claim)
            reason = stop.reason if isinstance(stop, OwnerCannotContinue) else JobReason.SIGN_IN
            self._outcomes.hold(claim.job_id, reason, {"words": str(stop)})
        except (JobStopped, AuditUnavailable, ChangeInProgress):
            self._claims.give_back(claim, _BUSY_PAUSE)
        except OutcomeUnknown:
            pass  # its change wrote the outcome
        except ApiUnavailable as error:
            self._pause_for_platform(claim, job, error)
        except (ApiError, EditConflict) as error:
            state, reason_of_item = _outcome_of(error)
            self._conclude(claim, state, reason_of_item, words=str(error))
        else:
            self._outcomes.note_answer(claim.job_id)
            if not is_changed:
                self._conclude(claim, ItemState.UNCHANGED, ItemReason.UNCHANGED)

    def _conclude(self, claim: Claim, state: ItemState, reason: ItemReason, **params: str) -> None:
        """Write the outcome of an item that was not sent; of one that was, its change did."""
        self._outcomes.conclude(claim, state, self._now(), reason, params)

    def _pause_for_platform(self, claim: Claim, job: Job, error: ApiUnavailable) -> None:
        """The platform did not answer a reading, so nothing was sent: the job goes on by itself later."""
        pause = seconds_to_wait(error) or _RETRIES[min(job.tries, len(_RETRIES) - 1)]
        self._claims.give_back(claim)
        self._outcomes.pause_for_platform(claim.job_id, pause, str(error))


def _outcome_of(error: ApiError | EditConflict) -> tuple[ItemState, ItemReason]:
    match error:
        case EditConflict():
            return ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE
        case ApiNotFound():
            return ItemState.SKIPPED, ItemReason.GONE_MEANWHILE
        case ApiUnsupported():
            return ItemState.REFUSED, ItemReason.UNSUPPORTED
        case ApiForbidden():
            return ItemState.REFUSED, ItemReason.NO_RIGHT
        case _:
            return ItemState.REFUSED, ItemReason.NOT_SENT
