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

_A_MOMENT = timedelta(seconds=30)  # longer than a write may take, shorter than typing another password


class ChangeError(Exception):
    """A change did not go the way it was asked for; the audit log tells why by `reason`."""

    reason = Reason.EDIT_CONFLICT


class EditConflict(ChangeError):
    """The device is no longer as its reader saw it; `now` is how it is."""

    def __init__(self, now: AccessDevice) -> None:
        super().__init__("it was changed in between")
        self.now = now


class ChangeInProgress(ChangeError):
    """Of two changes of the same at once, the later one is not sent: it could undo the other unseen."""

    def __init__(self, by: str) -> None:
        super().__init__(
            f"Another change of the same is under way, by {by}. Nothing of yours was sent. Send it again in a moment."
        )


class AuditUnavailable(ChangeError):
    """What cannot be noted is not sent."""

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
    """Carries out the writes of one person, in one request."""

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
        """Carry out one write, told truthfully whatever happens to the answer.

        `recheck` comes behind the noted intent and raises if the write is no longer right; `look` reads whether it
        took effect, None where no read can show it. The write itself is sent once at most. `part` is written beside
        the entry in the audit log.
        """
        now = self._now()
        with _before_it_is_sent():
            begun = self._audit_log.begin(intent, self._actor, now, part, since=now - self._longest_write)
        if begun.rival:
            raise ChangeInProgress(begun.rival)
        try:
            with _before_it_is_sent():
                recheck()
        except (ApiError, ChangeError) as error:
            reason, params = _why_not_sent(error)
            self._finish(begun, Result.REFUSED, reason, **params)
            raise
        try:
            answer = call()
        except ApiError as error:
            if error.maybe_acted:
                return self._after_silence(begun, error, look)
            self._finish(begun, Result.REFUSED, Reason.PLATFORM_REFUSED, words=str(error))
            raise
        self._finish(begun, Result.APPLIED)
        return Done(answer)

    def has_recent_duplicate(self, intent: Intent) -> bool:
        """Whether the same person meant the very same a moment ago, and was not refused."""
        return self._audit_log.has_recent_duplicate(intent, self._actor.username, since=self._now() - _A_MOMENT)

    def _after_silence(self, begun: BegunChange, error: ApiError, look: Callable[[], bool | None]) -> Done[T]:
        seen = _seen(look)
        result = Result.APPLIED if seen else Result.UNKNOWN  # a later reading settles it
        self._finish(begun, result, Reason.ANSWER_LOST, cause=error.cause)
        if seen:
            return Done(None)
        raise OutcomeUnknown(error, looks_undone=seen is False) from error

    def _finish(self, begun: BegunChange, result: Result, reason: Reason | None = None, **params: str) -> None:
        with once_sent(f"the outcome of change {begun.id}: {result}"):  # without it, until a look tells: unknown
            self._audit_log.finish(begun, self._now(), result, reason, **params)


@contextmanager
def _before_it_is_sent() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        log.exception("not sent, for the database failed")
        raise AuditUnavailable from error


@contextmanager
def once_sent(what: str) -> Iterator[None]:
    """Note something after the backend was asked: its reader must hear how that went, noted or not."""
    try:
        yield
    except SQLAlchemyError:
        log.exception("not noted, for the database failed: %s", what)


def _why_not_sent(error: ApiError | ChangeError) -> tuple[Reason, Mapping[str, str]]:
    match error:
        case ChangeError():
            return error.reason, {}
        case ApiAlreadyExists():
            return Reason.NAME_TAKEN, {}
        case _:
            return Reason.RECHECK_FAILED, {"words": str(error)}


def _seen(look: Callable[[], bool | None]) -> bool | None:
    try:
        return look()
    except ApiError:
        return None
