"""Every write to the backend: begin it in the audit log, recheck what was read, call, finish it in the audit log.

Two transactions write all that the portal keeps of it, and none is open during a call.

    ChangeError
    ├── EditConflict        somebody else was first; nothing was sent
    ├── ChangeNotSent       nothing was sent; its text says why
    │   ├── ChangeInProgress    an earlier change of the same may still take effect
    │   ├── NoteTooLong
    │   └── JobStopped          the job it belongs to was stopped, or another worker has its item
    ├── AuditUnavailable    the portal's database failed before the call; nothing was sent
    └── OutcomeUnknown      the answer never came; .looks_undone says what a second look showed

Whatever else the backend answers leaves here as the ApiError it was.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.errors import ApiAlreadyExists, ApiError, ApiInvalid, ApiUnavailable
from app.portal.domain.audit import MOST_OF_NOTE, UNDONE, Action, Actor, Intent, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.domain.text import plural
from app.portal.models.access_device import AccessDevice
from app.portal.store.audit import AuditLog, BegunChange, ChangePart
from app.portal.store.change_parts import ChangeParts
from app.portal.store.open_changes import EarlierChange, Rival

log = logging.getLogger(__name__)

T = TypeVar("T")

_ASK_AGAIN = 0.2  # seconds, for the outcome of a change that another request is making


class ChangeError(Exception):
    """A change did not go the way it was asked for; the audit log tells why by `reason`."""

    reason = Reason.EDIT_CONFLICT


class EditConflict(ChangeError):
    """The device is no longer as its reader saw it; `now` is how it is."""

    def __init__(self, now: AccessDevice) -> None:
        super().__init__("it was changed by someone else")
        self.now = now


class ChangeNotSent(ChangeError):
    """Nothing was sent, for a reason that the text of the error says."""


class NoteTooLong(ChangeNotSent):
    """The note on a change has too many characters."""

    def __init__(self, excess: int) -> None:
        super().__init__(f"Note: {plural(excess, 'character')} too many. Your change was not sent. Shorten the note.")


class JobStopped(ChangeNotSent):
    """The job that the change belongs to was stopped, or another worker has its item by now."""

    reason = Reason.JOB_STOPPED

    def __init__(self) -> None:
        super().__init__("The job was stopped. Nothing was sent.")


class ChangeInProgress(ChangeNotSent):
    """An earlier change of the same may still take effect, so this one was not sent: either could undo the other."""

    def __init__(self, rival: Rival, longest_write: timedelta) -> None:
        if rival.is_lost:
            until = rival.at + longest_write
            what = f"The platform did not confirm a change by {rival.by}, which may still take effect."
            when = f"Try again after {until:%H:%M:%S} UTC."
        else:
            what, when = f"Another change by {rival.by} is in progress.", "Try again in a moment."
        super().__init__(f"{what} Your change was not sent. {when}")


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
    """A write that took effect. `is_confirmed` is False where no answer says so, but a second look showed it.

    `answer` is None then, where it is none that can be read, and where the same form was sent before: that change is
    not made again.
    """

    answer: T | None
    is_confirmed: bool = True


class ItemGuard(ChangePart, Protocol):
    """The item of a job that a change carries out: a part of the change, and the last word before it is sent."""

    def pass_fence(self) -> None:
        """Raise JobStopped where nothing may be sent any more."""


class ChangeExecutor:
    """Carries out the writes of one user, in one request or for one item of a job."""

    def __init__(
        self,
        audit_log: AuditLog,
        actor: Actor,
        longest_write: timedelta,
        now: Callable[[], datetime],
        submission: str = "",
        note: str = "",
        guard: ItemGuard | None = None,
    ) -> None:
        """`submission` is the same for a form that is sent twice, and only then; "" where there is no form.

        `note` says why the user makes the change.
        """
        self._audit_log = audit_log
        self._actor = actor
        self._longest_write = longest_write
        self._now = now
        self._submission = submission
        self._note = note
        self._guard = guard

    def execute(
        self,
        intent: Intent,
        call: Callable[[], T | None],
        *,
        recheck: Callable[[], object],
        look: Callable[[], bool | None],
        part: ChangePart | None = None,
        contradiction: tuple[type[ApiError], Callable[[], bool | None]] | None = None,
    ) -> Done[T]:
        """Send one write, once at most, and record its outcome whatever happens to the answer.

        `recheck` runs between the recorded intent and `call`, and raises if the write is no longer right. `look` reads
        whether a write without an answer took effect; None if no read can show it. `part` is what else the two
        transactions write. `contradiction` is an error that says the opposite of what the recheck saw, and how to look
        after it: something on the way to the platform may have sent the write twice.
        """
        if self._guard:
            part = ChangeParts([self._guard, part] if part else [self._guard])
        begun = self._begin(intent, part)
        if begun.earlier:
            return self._repeat_outcome(begun.earlier)
        self._recheck(begun, recheck)
        try:
            answer = call()
        except ApiError as error:
            if contradiction and isinstance(error, contradiction[0]):
                look = contradiction[1]
            elif not error.maybe_acted:
                self._finish(begun, Result.REFUSED, Reason.PLATFORM_REFUSED, words=str(error))
                raise
            return self._look_after(begun, error, look)
        self._finish(begun, Result.APPLIED)
        return Done(answer)

    def was_applied_before(self, action: Action, group: GroupRef, device_name: str) -> bool:
        """Return True if this form made the change before, and it took effect; waits while it is under way."""
        username = self._actor.username
        earlier = self._audit_log.find_submitted(self._submission, username, action, group, device_name)
        return earlier is not None and self._await_outcome(earlier).result is Result.APPLIED

    def _begin(self, intent: Intent, part: ChangePart | None) -> BegunChange:
        if len(self._note) > MOST_OF_NOTE:
            raise NoteTooLong(len(self._note) - MOST_OF_NOTE)
        now = self._now()
        since = now - self._longest_write
        with _require_database():
            begun = self._audit_log.begin(intent, self._actor, now, part, since, self._submission, self._note)
        if begun.rival:
            raise ChangeInProgress(begun.rival, self._longest_write)
        return begun

    def _recheck(self, begun: BegunChange, recheck: Callable[[], object]) -> None:
        try:
            with _require_database():
                recheck()
                if self._guard:
                    self._guard.pass_fence()
        except (ApiError, ChangeError) as error:
            reason, params = _reason_not_sent(error)
            self._finish(begun, Result.REFUSED, reason, **params)
            raise

    def _repeat_outcome(self, earlier: EarlierChange) -> Done[T]:
        """Tell again what became of the change that this form made before; nothing is sent."""
        earlier = self._await_outcome(earlier)
        if earlier.result is Result.APPLIED:
            return Done(None)
        if earlier.result in UNDONE:
            raise ApiInvalid(str(earlier.params.get("words", "The form was already sent, and the change was refused.")))
        cause = str(earlier.params.get("cause", "no response so far"))
        raise OutcomeUnknown(ApiUnavailable(cause), looks_undone=False)

    def _await_outcome(self, earlier: EarlierChange) -> EarlierChange:
        until = monotonic() + self._longest_write.total_seconds()
        while earlier.result is None and monotonic() < until:
            sleep(_ASK_AGAIN)
            earlier = self._audit_log.find_outcome(earlier.id)
        return earlier

    def _look_after(self, begun: BegunChange, error: ApiError, look: Callable[[], bool | None]) -> Done[T]:
        """Look whether a write took effect whose answer was lost, or contradicts what the recheck saw."""
        seen = _look(look)
        if seen is False and not error.maybe_acted:
            self._finish(begun, Result.REFUSED, Reason.PLATFORM_REFUSED, words=str(error))
            raise error
        result = Result.APPLIED if seen else Result.UNKNOWN  # a later reading settles it
        self._finish(begun, result, Reason.ANSWER_LOST, cause=error.cause)
        if seen:
            return Done(None, is_confirmed=False)
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
