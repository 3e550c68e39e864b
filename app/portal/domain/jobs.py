"""Jobs: one act on many devices, kept as items that are sent once at most."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class JobAction(StrEnum):
    """The acts that a job does to each of its devices."""

    REBOOT = "reboot"
    EDIT = "edit"
    FILE = "file"
    DEFAULT = "default"  # the way back of a file to the template of the type
    DELETE = "delete"


class JobState(StrEnum):
    """CHECKING: the preview is being built. WAITING: for its owner, or after the first devices of a test."""

    CHECKING = "checking"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """CLAIMED: a worker has it, and nothing is sent yet. SENT: the call is under way, or its worker is gone.

    From UNKNOWN a reading leads on to DONE or REFUSED; nothing else leads out of the states behind SENT.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class ItemReason(StrEnum):
    """The reason of an item's state, where its change in the history does not tell it. Comments name the parameters."""

    WORKER_LOST = "worker lost"  # it was sent, and its worker is gone
    CHANGED_MEANWHILE = "changed meanwhile"
    GONE_MEANWHILE = "gone meanwhile"
    NOT_FOUND = "not found"
    UNSUPPORTED = "unsupported"
    UNCHANGED = "unchanged"
    NO_RIGHT = "no right"  # words
    NOT_SENT = "not sent"  # words


class JobReason(StrEnum):
    """The reason of a job's state. Comments name the parameters."""

    BY_PERSON = "by person"  # by
    CANARY = "canary"  # the first devices are done, and a person is to look at them
    FAILURES = "failures"  # failures
    PLATFORM = "platform"  # words; goes on by itself
    SIGN_IN = "sign in"  # the session of its owner at the platform ended
    NO_RIGHT = "no right"  # words
    MISSED_START = "missed start"  # start


class Command(StrEnum):
    """The orders that a person gives to a job."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"


_ALLOWED_IN: Mapping[Command, Collection[JobState]] = {
    Command.START: {JobState.DRAFT},
    Command.PAUSE: {JobState.SCHEDULED, JobState.RUNNING},
    Command.RESUME: {JobState.PAUSED, JobState.WAITING},
    Command.CANCEL: set(JobState) - {JobState.DONE, JobState.CANCELLED},
    Command.RETRY: {JobState.DONE, JobState.PAUSED, JobState.WAITING},
}

UNFINISHED = frozenset({ItemState.WAITING, ItemState.CLAIMED, ItemState.SENT})
FAILED = frozenset({ItemState.REFUSED, ItemState.UNKNOWN})


def allowed_states(command: Command) -> Collection[JobState]:
    """Return the states of a job in which the command can be given."""
    return _ALLOWED_IN[command]
