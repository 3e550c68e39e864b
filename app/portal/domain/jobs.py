"""Jobs: one act on many devices, kept as items that are sent once at most."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.portal.domain.roles import Permission


class JobRefused(Exception):
    """The job cannot be made or commanded so; the text says why, for people."""


class JobAction(StrEnum):
    """The acts that a job does to each of its devices."""

    REBOOT = "reboot"
    EDIT = "edit"
    FILE = "file"
    DEFAULT = "default"  # the way back of files to the templates of the type
    DELETE = "delete"
    IMPORT = "import"
    UNDO = "undo"


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


class Verdict(StrEnum):
    """The result of the preview for one item. ERROR: a row of an import that cannot be read."""

    CHANGE = "change"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    ERROR = "error"


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
    CHANGED_MEANWHILE = "changed since"  # by, at: empty where nothing tells
    GONE_MEANWHILE = "gone since"
    NOT_FOUND = "not found"
    UNSUPPORTED = "unsupported"
    UNCHANGED = "unchanged"
    CANNOT_REBOOT = "cannot reboot"  # nor need it, after a change
    NO_RIGHT = "no right"  # words
    NOT_SENT = "not sent"  # words
    DOUBTFUL = "doubtful"  # words; of an item that waits
    LEFT_OUT = "left out"  # by a person, of the draft
    EXISTS = "exists"  # a row of a device that there is, where only new ones are imported
    CELLS = "cells"  # errors: by field, of a row of an imported sheet; words: all of them
    # Of a reboot that was accepted, as its device is followed.
    REBOOTING = "rebooting"  # away_after: seconds, once it went offline
    BACK_ONLINE = "back online"  # seconds
    NO_CHANGE = "no change"
    NOT_BACK = "not back"  # status
    NO_STATUS = "no status"  # words: why it could not be read; "" where nothing tells


class JobReason(StrEnum):
    """The reason of a job's state. Comments name the parameters."""

    BY_PERSON = "by person"  # by
    CANARY = "canary"  # the first devices are done, and a person is to look at them
    FAILURES = "failures"  # failures
    PLATFORM = "platform"  # words; goes on by itself
    SIGN_IN = "sign in"  # the session of its owner at the platform ended
    NO_RIGHT = "no right"  # words
    MISSED_START = "missed start"  # start
    UNREADABLE = "unreadable"  # words; of the imported file


class Command(StrEnum):
    """The orders that a person gives to a job."""

    PLAN = "plan"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"


# What these lead to is done with the session, and in the name, of the job's owner.
OF_OWNER = frozenset({Command.PLAN, Command.START, Command.RESUME, Command.RETRY})


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The choices of who starts a job.

    canary: devices to be done before it waits for a person; 0: none. pace: devices a minute. pause_after: failures; 0:
    never. start_at: YYYY-MM-DDTHH:MM in the zone; "" is at once. reboot_after: each device that was changed.
    """

    canary: int
    pace: int
    pause_after: int
    start_at: str
    zone: str
    reboot_after: bool
    note: str


_ALLOWED_IN: Mapping[Command, Collection[JobState]] = {
    Command.PLAN: {JobState.DRAFT},
    Command.START: {JobState.DRAFT},
    Command.PAUSE: {JobState.SCHEDULED, JobState.RUNNING},
    Command.RESUME: {JobState.SCHEDULED, JobState.PAUSED, JobState.WAITING},
    Command.CANCEL: set(JobState) - {JobState.DONE, JobState.CANCELLED},
    Command.RETRY: {JobState.DONE, JobState.PAUSED, JobState.WAITING},
}

# What a person must be allowed to do where a job does it.
PERMISSIONS: Mapping[JobAction, Collection[Permission]] = {
    JobAction.REBOOT: {Permission.DEVICE_REBOOT},
    JobAction.EDIT: {Permission.DEVICE_EDIT},
    JobAction.FILE: {Permission.FILES_EDIT},
    JobAction.DEFAULT: {Permission.FILES_EDIT},
    JobAction.DELETE: {Permission.DEVICE_DELETE},
    JobAction.IMPORT: {Permission.DEVICE_CREATE, Permission.DEVICE_EDIT},
    JobAction.UNDO: {Permission.DEVICE_EDIT, Permission.FILES_EDIT},
}
# These need nothing but their devices, so that the preview is built at once.
WITHOUT_PLAN = frozenset({JobAction.REBOOT, JobAction.DEFAULT, JobAction.UNDO})
# Phones may have what these do only after a reboot.
REBOOTED_AFTER = frozenset({JobAction.EDIT, JobAction.FILE, JobAction.DEFAULT, JobAction.UNDO})
TO_DO = frozenset({Verdict.CHANGE, Verdict.NEW, Verdict.CHANGED})

# Jobs in these states are looked at by the background process; a paused one, because it may go on by itself.
ACTIVE = frozenset({JobState.CHECKING, JobState.SCHEDULED, JobState.RUNNING, JobState.PAUSED})
# Jobs in these states were started, and are not at their end.
UNDER_WAY = frozenset({JobState.SCHEDULED, JobState.RUNNING, JobState.WAITING, JobState.PAUSED})
ENDED = frozenset({JobState.DONE, JobState.CANCELLED})
UNFINISHED = frozenset({ItemState.WAITING, ItemState.CLAIMED, ItemState.SENT})
FAILED = frozenset({ItemState.REFUSED, ItemState.UNKNOWN})


def allowed_states(command: Command) -> Collection[JobState]:
    """Return the states of a job in which the command can be given."""
    return _ALLOWED_IN[command]
