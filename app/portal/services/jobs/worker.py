"""Working on items: claim one, preview it or do it in the name of the job's owner, write what became of it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from app.portal.api.errors import ApiError, ApiUnauthenticated, ApiUnavailable
from app.portal.api.stored_errors import seconds_to_wait
from app.portal.domain.jobs import UNFINISHED, ItemReason, ItemState, JobAction, JobReason, Verdict
from app.portal.domain.refs import GroupRef
from app.portal.services.changes.executor import (
    AuditUnavailable,
    ChangeInProgress,
    EditConflict,
    JobStopped,
    OutcomeUnknown,
)
from app.portal.services.files.changes import FileEditConflict
from app.portal.services.jobs.acts.act import ItemAct, ItemChanged, reason_of
from app.portal.services.jobs.guard import ClaimedItem
from app.portal.store.jobs.claims import Claim, JobClaims
from app.portal.store.jobs.job_log import log_item
from app.portal.store.jobs.outcomes import JobOutcomes, Preview
from app.portal.store.jobs.tables import Job, JobItem

log = logging.getLogger(__name__)

_PREVIEWS = 10  # of which one worker takes care at once
_BUSY_PAUSE = 5.0  # seconds, while another change of the device may still take effect
_RETRIES = (5, 10, 20, 30, 60)  # seconds after the first failure of the platform, the second, …


class OwnerCannotContinue(Exception):
    """The job's owner is signed out, or may not do this any more."""

    def __init__(self, reason: JobReason, words: str = "") -> None:
        super().__init__(words)
        self.reason = reason


class JobWorker:
    """One of any number of workers.

    `open_act` raises OwnerCannotContinue. `forget_session` hears that the platform does not know the session any more.
    `renewing` keeps a lease during a block.
    """

    def __init__(
        self,
        claims: JobClaims,
        outcomes: JobOutcomes,
        open_act: Callable[[Job, JobItem, ClaimedItem], ItemAct],
        forget_session: Callable[[Job], None],
        renewing: Callable[[Claim], AbstractContextManager[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._claims = claims
        self._outcomes = outcomes
        self._open_act = open_act
        self._forget_session = forget_session
        self._renewing = renewing
        self._now = now

    def work_on_next(self) -> bool:
        """Carry out an item that is due, or else preview some; return False if there is none."""
        return self._send_next() or self._preview_next()

    def _send_next(self) -> bool:
        claim = self._claims.claim()
        if claim is None:
            return False
        job, item = self._outcomes.load(claim)
        guard = ClaimedItem(self._claims, claim)
        try:
            with self._renewing(claim), self._stopping(claim, job, guard):
                self._carry_out(claim, job, self._open_act(job, item, guard), item)
        finally:
            self._tell(claim)
            self._outcomes.settle(claim.job_id, self._now())
        return True

    def _tell(self, claim: Claim) -> None:
        """Write to the log what became of an item, if it does not wait again."""
        job, item = self._outcomes.load(claim)
        if item.state not in UNFINISHED:
            log_item(job.id, item.number, item.state, item.reason, job.request_id)

    def _preview_next(self) -> bool:
        """Preview some items and write the results together: one write for all, while each needs a few readings."""
        claims = self._claims.claim_previews(_PREVIEWS)
        if not claims:
            return False
        job, items = self._outcomes.load_all(claims)
        guard = ClaimedItem(self._claims, claims[0])
        acts: dict[tuple[GroupRef, str], ItemAct] = {}  # opened for all of them: nothing is sent
        previews: list[tuple[Claim, Preview]] = []
        try:
            with self._renewing(claims[0]), self._stopping(claims[0], job, guard):
                try:
                    for claim, item in zip(claims, items, strict=True):
                        key = item.group, item.action
                        act = acts[key] = acts.get(key) or self._open_act(job, item, ClaimedItem(self._claims, claim))
                        previews.append((claim, _preview(act, item)))
                finally:
                    self._outcomes.keep_previews(previews, self._now())
                self._outcomes.note_answer(job)
        finally:
            self._claims.give_back(claims[0])
            self._outcomes.settle(claims[0].job_id, self._now())
        return True

    @contextmanager
    def _stopping(self, claim: Claim, job: Job, guard: ClaimedItem) -> Iterator[None]:
        """Stop the job where its owner or the platform cannot go on; its claimed items wait again."""
        try:
            yield
        except OwnerCannotContinue as stop:
            self._claims.give_back(claim)
            self._outcomes.hold(claim.job_id, stop.reason, {"words": str(stop)})
        except ApiUnauthenticated:  # the next try asks whose session can be used
            self._let_wait(claim, guard)
            self._forget_session(job)
        except ApiUnavailable as error:
            self._wait_for_platform(claim, job, error, guard)

    def _carry_out(self, claim: Claim, job: Job, act: ItemAct, item: JobItem) -> None:
        try:
            is_changed = act.carry_out(item)
        except (JobStopped, AuditUnavailable, ChangeInProgress):
            self._claims.give_back(claim, _BUSY_PAUSE)
        except OutcomeUnknown:
            pass  # its change wrote the outcome
        except ItemChanged as change:
            self._conclude(claim, ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE, by=change.by, at=change.moment)
        except (EditConflict, FileEditConflict):
            self._conclude(claim, ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE, by="", at="")
        except (ApiUnavailable, ApiUnauthenticated):
            raise
        except ApiError as error:
            reason, params = reason_of(error)
            is_gone = reason is ItemReason.NOT_FOUND
            state = ItemState.SKIPPED if is_gone else ItemState.REFUSED
            self._conclude(claim, state, ItemReason.GONE_MEANWHILE if is_gone else reason, **params)
        else:
            self._outcomes.note_answer(job)
            if not is_changed:
                is_reboot = item.action == JobAction.REBOOT
                reason = ItemReason.CANNOT_REBOOT if is_reboot else ItemReason.UNCHANGED
                self._conclude(claim, ItemState.UNCHANGED, reason)

    def _conclude(self, claim: Claim, state: ItemState, reason: ItemReason, **params: Any) -> None:
        """Write the outcome of an item that was not sent; of one that was, its change did."""
        self._outcomes.conclude(claim, state, self._now(), reason, params)

    def _wait_for_platform(self, claim: Claim, job: Job, error: ApiUnavailable, guard: ClaimedItem) -> None:
        """Nothing was sent, as the platform did not answer or was not reached: the job goes on by itself later."""
        pause = seconds_to_wait(error) or _RETRIES[min(job.tries, len(_RETRIES) - 1)]
        self._let_wait(claim, guard)
        self._outcomes.pause_for_platform(claim.job_id, pause, str(error))

    def _let_wait(self, claim: Claim, guard: ClaimedItem) -> None:
        """Let an item wait again that did not reach the platform, or that the platform did not look at."""
        self._claims.give_back(claim)
        if guard.is_sent:
            self._outcomes.take_back(claim, guard.change_id)


def _preview(act: ItemAct, item: JobItem) -> Preview:
    try:
        return act.preview(item)
    except (ApiUnavailable, ApiUnauthenticated):
        raise
    except ApiError as error:
        reason, params = reason_of(error)
        return Preview(verdict=Verdict.REFUSED, reason=reason, params=params)
