"""Every write to the backend: begin it in the audit log, recheck what was read, call, finish it in the audit log.

Two transactions write all that the portal keeps of it, and none is open during a call.

    ChangeError
    ├── EditConflict        somebody else was first; nothing was sent
    ├── ChangeInProgress    somebody else's change of the same is not over yet; nothing was sent
    ├── AuditUnavailable    the portal's database failed before the call; nothing was sent
    └── OutcomeUnknown      the answer never came; .looks_undone says what a second look showed

Whatever else the backend answers leaves here as the ApiError it was.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.errors import ApiAlreadyExists, ApiError
from app.portal.domain.audit import Actor, Intent, Reason, Result
from app.portal.models.access_device import AccessDevice
from app.portal.store.audit import AuditLog, BegunChange, ChangePart

log = logging.getLogger(__name__)

T = TypeVar("T")

_DUPLICATE_WINDOW = timedelta(seconds=30)  # longer than a write may take, shorter than typing another password


class ChangeError(Exception):
    """A change did not go the way it was asked for; the audit log tells why by `reason`."""

    reason = Reason.EDIT_CONFLICT


class EditConflict(ChangeError):
    """The device is no longer as its reader saw it; `now` is how it is."""

    def __init__(self, now: AccessDevice) -> None:
        super().__init__("it was changed by someone else")
        self.now = now


class ChangeInProgress(ChangeError):
    """Another change of the same is not finished, so this one was not sent: it could undo the other unseen."""

    def __init__(self, by: str) -> None:
        super().__init__(f"Another change by {by} is in progress. Your change was not sent. Try again in a moment.")


class AuditUnavailable(ChangeError):
    """The audit log could not be written, so nothing was sent."""

    reason = Reason.AUDIT_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__("the portal’s database failed")


class OutcomeUnknown(ChangeError):
    """No answer to a write, and no sign yet that it was done. `looks_undone`: it looked as before just after it.

    That tells nothing for good: the backend may still be at it.
    """

    def __init__(self, cause: ApiError, *, looks_undone: bool) -> None:
        super().__init__(cause.cause)
        self.cause = cause
        self.looks_undone = looks_undone


@dataclass(frozen=True)
class Done(Generic[T]):
    """A write that took effect. Without an answer it was seen by a second look, and `answer` is None."""

    answer: T | None


class ChangeExecutor:
    """Carries out the writes of one user, in one request."""

    def __init__(
        self, audit_log: AuditLog, actor: Actor, longest_write: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._audit_log = audit_log
        self._actor = actor
        self._longest_write = longest_write
        self._now = now

    def execute(
        self,
        intent: Intent,
        call: Callable[[], T],
        *,
        recheck: Callable[[], object],
        look: Callable[[], bool | None],
        part: ChangePart | None = None,
    ) -> Done[T]:
        """Send one write, once at most, and record its outcome whatever happens to the answer.

        `recheck` runs between the recorded intent and `call`, and raises if the write is no longer right. `look` reads
        whether a write without an answer took effect; None if no read can show it. `part` is what else the two
        transactions write.
        """
        now = self._now()
        with _require_database():
            begun = self._audit_log.begin(intent, self._actor, now, part, since=now - self._longest_write)
        if begun.rival:
            raise ChangeInProgress(begun.rival)
        try:
            with _require_database():
                recheck()
        except (ApiError, ChangeError) as error:
            reason, params = _reason_not_sent(error)
            self._finish(begun, Result.REFUSED, reason, **params)
            raise
        try:
            answer = call()
        except ApiError as error:
            if error.maybe_acted:
                return self._look_after_lost_answer(begun, error, look)
            self._finish(begun, Result.REFUSED, Reason.PLATFORM_REFUSED, words=str(error))
            raise
        self._finish(begun, Result.APPLIED)
        return Done(answer)

    def has_recent_duplicate(self, intent: Intent) -> bool:
        """Return True if the same user sent the same moments ago and was not refused."""
        return self._audit_log.has_recent_duplicate(intent, self._actor.username, since=self._now() - _DUPLICATE_WINDOW)

    def _look_after_lost_answer(self, begun: BegunChange, error: ApiError, look: Callable[[], bool | None]) -> Done[T]:
        seen = _look(look)
        result = Result.APPLIED if seen else Result.UNKNOWN  # a later reading settles it
        self._finish(begun, result, Reason.ANSWER_LOST, cause=error.cause)
        if seen:
            return Done(None)
        raise OutcomeUnknown(error, looks_undone=seen is False) from error

    def _finish(self, begun: BegunChange, result: Result, reason: Reason | None = None, **params: str) -> None:
        # Without its outcome the change is unknown until a reading tells.
        with log_database_errors(f"the outcome of change {begun.id}: {result}"):
            self._audit_log.finish(begun, self._now(), result, reason, **params)


@contextmanager
def _require_database() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        log.exception("not sent, because the database failed")
        raise AuditUnavailable from error


@contextmanager
def log_database_errors(what: str) -> Iterator[None]:
    """Log a database error rather than raise it: after a write, its user must hear the outcome in any case."""
    try:
        yield
    except SQLAlchemyError:
        log.exception("not recorded, because the database failed: %s", what)


def _reason_not_sent(error: ApiError | ChangeError) -> tuple[Reason, Mapping[str, str]]:
    match error:
        case ChangeError():
            return error.reason, {}
        case ApiAlreadyExists():
            return Reason.NAME_TAKEN, {}
        case _:
            return Reason.RECHECK_FAILED, {"words": str(error)}


def _look(look: Callable[[], bool | None]) -> bool | None:
    try:
        return look()
    except ApiError:
        return None
