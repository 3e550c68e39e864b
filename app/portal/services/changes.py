"""The one door for writes: note the intent, look whether what was read is still true, call, note the outcome.

    ChangeError
    ├── ChangedMeanwhileError    somebody else was first; nothing was sent
    └── AnswerLostError          the answer never came; .result says what a second look showed

Whatever else the backend answers leaves here as the ApiError it was.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.errors import ApiError
from app.portal.models.access_device import AccessDevice
from app.portal.places import Place
from app.portal.store.ledger import Actor, Intent, Ledger, Result
from app.portal.store.list_versions import ListVersions

log = logging.getLogger(__name__)

T = TypeVar("T")

_A_MOMENT = timedelta(seconds=30)  # longer than a write may take, shorter than typing another password


class ChangeError(Exception):
    """A change did not go the way it was asked for."""


class ChangedMeanwhileError(ChangeError):
    """The device is no longer as its reader saw it; `now` is how it is."""

    def __init__(self, now: AccessDevice) -> None:
        super().__init__("it was changed in between")
        self.now = now


class AnswerLostError(ChangeError):
    """No answer to a write. `result` is NOT_APPLIED where a later look showed no effect, else UNKNOWN."""

    def __init__(self, result: Result, cause: ApiError) -> None:
        super().__init__(cause.cause)
        self.result = result
        self.cause = cause


@dataclass(frozen=True)
class Done(Generic[T]):
    """A write that took effect. Without an answer it was seen by a second look, and `answer` is None."""

    answer: T | None


class Door:
    """The door as one person, in one request, goes through it."""

    def __init__(self, ledger: Ledger, versions: ListVersions, actor: Actor, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._versions = versions
        self._actor = actor
        self._now = now

    def write(
        self,
        intent: Intent,
        call: Callable[[], T],
        *,
        recheck: Callable[[], object],
        look: Callable[[], bool | None],
    ) -> Done[T]:
        """Carry out one write, told truthfully whatever happens to the answer.

        `recheck` raises if the write is no longer right; `look` reads whether it took effect, None where no
        read can show it. The write itself is sent once at most.
        """
        change_id = self._ledger.intend(intent, self._actor, self._now())
        try:
            recheck()
        except (ApiError, ChangeError) as error:
            self._conclude(change_id, intent.place, Result.REFUSED, f"nothing was sent: {error}")
            raise
        self._versions.rise(intent.place)
        try:
            answer = call()
        except ApiError as error:
            if not error.maybe_acted:
                self._conclude(change_id, intent.place, Result.REFUSED, str(error))
                raise
            return self._after_silence(change_id, intent.place, error, look)
        finally:
            with once_sent("that the list is out of date"):
                self._versions.rise(intent.place)
        self._conclude(change_id, intent.place, Result.APPLIED, "")
        return Done(answer)

    def just_did(self, intent: Intent) -> bool:
        """Whether the same person meant the very same a moment ago, and was not refused."""
        return self._ledger.meant(intent, self._actor.username, since=self._now() - _A_MOMENT)

    def _after_silence(self, change_id: int, place: Place, error: ApiError, look: Callable[[], bool | None]) -> Done[T]:
        result = _seen(look)
        self._conclude(change_id, place, result, f"{error.cause}; read again")
        if result is Result.APPLIED:
            return Done(None)
        raise AnswerLostError(result, error) from error

    def _conclude(self, change_id: int, place: Place, result: Result, detail: str) -> None:
        # The ledger reads "unknown" without it, until a look tells.
        with once_sent(f"the outcome of change {change_id}: {result}"):
            self._ledger.conclude(change_id, result, detail, self._now())
            self._versions.rise(place)  # lists say which devices wait for a reboot, and that hangs on the outcome


@contextmanager
def once_sent(what: str) -> Iterator[None]:
    """Note something after the backend was asked: its reader must hear how that went, noted or not."""
    try:
        yield
    except SQLAlchemyError:
        log.exception("not noted, for the database failed: %s", what)


def _seen(look: Callable[[], bool | None]) -> Result:
    try:
        seen = look()
    except ApiError:
        seen = None
    if seen is None:
        return Result.UNKNOWN
    return Result.APPLIED if seen else Result.NOT_APPLIED
