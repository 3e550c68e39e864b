"""Actions, results, actors and intents, as the audit log records them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.portal.domain.refs import GroupRef


class Action(StrEnum):
    CREATE = "device:create"
    DELETE = "device:delete"
    EDIT = "device:edit"
    REBOOT = "device:reboot"
    FILE = "files:edit"
    LINES = "lines:edit"
    # What follows is no write to the backend.
    MARK_REBOOTED = "reboot:mark"  # by hand, of a phone that a person restarted
    REFUSAL = "access:refuse"
    PRUNE = "history:prune"
    SIGN_IN = "session:start"
    SIGN_OUT = "session:end"
    SESSIONS_END = "sessions:end"
    SUPPORT_ADD = "support:add"
    SUPPORT_REMOVE = "support:remove"
    FACTOR_ADD = "factor:add"
    FACTOR_REMOVE = "factor:remove"
    FACTOR_USE = "factor:use"
    RECOVERY_USE = "recovery:use"
    RECOVERY_RENEW = "recovery:renew"


WRITES = (Action.CREATE, Action.DELETE, Action.EDIT, Action.REBOOT, Action.FILE, Action.LINES)
UNDOABLE = (Action.EDIT, Action.LINES, Action.FILE)
MOST_OF_NOTE = 200  # characters
NOWHERE = GroupRef("", "")  # of an entry that concerns no group; one that concerns a tenant has "" for the group only


class Result(StrEnum):
    """The result of a write. Unknown: the answer was lost and no reading can tell, or none succeeded."""

    APPLIED = "applied"
    REFUSED = "refused"
    NOT_APPLIED = "not applied"
    UNKNOWN = "unknown"


UNDONE = frozenset({Result.REFUSED, Result.NOT_APPLIED})


class Reason(StrEnum):
    """The reason of a result. Comments name its parameters, which pages put into their words."""

    # The write was sent.
    PLATFORM_REFUSED = "platform refused"  # words, the platform's own
    ANSWER_LOST = "answer lost"  # cause
    SEEN_DONE = "seen done"  # by a later reading, as are the next four
    SEEN_UNDONE = "seen undone"
    ARRIVED_LATE = "arrived late"
    SEEN_OTHERWISE = "seen otherwise"
    CHANGED_AGAIN = "changed again"
    # Nothing was sent.
    EDIT_CONFLICT = "edit conflict"
    LINES_CONFLICT = "lines conflict"
    CHANGE_IN_PROGRESS = "change in progress"  # by
    AUDIT_UNAVAILABLE = "audit unavailable"
    NAME_TAKEN = "name taken"
    JOB_STOPPED = "job stopped"
    RECHECK_FAILED = "recheck failed"  # words, of the platform or of what went wrong with the call
    # It was no write.
    WRONG_PASSWORD = "wrong password"  # noqa: S105 - what happened, no password
    LOCKED_OUT = "locked out"
    NOT_ALLOWED = "not allowed"
    OUT_OF_REACH = "out of reach"
    TOO_MANY = "too many"
    ENTRIES_DROPPED = "entries dropped"  # count
    OTHER = "other"  # text, as it was stored before there were reasons


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The user who asks for a change, with role, address and request."""

    username: str
    role: str
    address: str
    request_id: str
    by_service_account: bool = False  # which works for the user, whose own session is over


def by_itself(name: str) -> Actor:
    """Return the actor for the portal itself, or for the command line."""
    return Actor(username=name, role="", address="", request_id="")


@dataclass(frozen=True)
class Intent:
    """A change that is about to be made, or was; `before` and `after` hold the fields it touches, secrets masked.

    `needs_reboot` where the phone has it only once it has read its files again.
    """

    action: Action
    group: GroupRef
    device_name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    needs_reboot: bool = False
