"""Words for jobs and their items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.portal.domain.jobs import ItemReason, ItemState, JobReason, JobState
from app.portal.domain.local_time import LocalTime
from app.portal.domain.text import as_sentence
from app.portal.store.jobs.tables import Job, JobItem


@dataclass(frozen=True)
class StateWords:
    label: str
    detail: str


def describe_state(job: Job) -> StateWords:
    """Return the state of a job in words, and why it is in that state."""
    if job.state == JobState.SCHEDULED:
        return StateWords(_STATES[JobState.SCHEDULED], _describe_start(job))
    params = {"by": "", "words": "", "failures": 0, "start": "", **job.params, "state": _STATES[JobState(job.state)]}
    if job.reason == JobReason.PLATFORM:
        params["words"] = as_sentence(str(params["words"]))
    reason = _REASONS[JobReason(job.reason)].format_map(params) if job.reason else ""
    return StateWords(_STATES[JobState(job.state)], reason)


def _describe_start(job: Job) -> str:
    start = LocalTime(job.start_at, job.zone)
    try:
        return f"Starts {start}. {start.clock_change}".strip()
    except ValueError:  # the system does not know its zone any more
        return f"Starts {start}."


def describe_item(item: JobItem) -> StateWords:
    """Return the outcome of an item in words, and the detail."""
    params = {"by": "", "at": "", "words": "", **item.params}
    return StateWords(_OUTCOMES[ItemState(item.state)], _detail(item, params))


def _detail(item: JobItem, params: Mapping[str, Any]) -> str:
    if not item.reason:
        return ""
    if item.reason == ItemReason.CHANGED_MEANWHILE and params["by"]:
        return f"Changed by {params['by']} at {datetime.fromisoformat(params['at']):%Y-%m-%d %H:%M} UTC"
    if item.reason == ItemReason.REBOOTING:
        away_after = params.get("away_after")
        return "Reboot requested" if away_after is None else f"Went offline after {away_after} s"
    return _ITEM_REASONS[ItemReason(item.reason)].format_map(params)


_STATES: Mapping[JobState, str] = {
    JobState.CHECKING: "Checking",
    JobState.DRAFT: "Draft",
    JobState.SCHEDULED: "Scheduled",
    JobState.RUNNING: "Running",
    JobState.WAITING: "Waiting for you",
    JobState.PAUSED: "Paused",
    JobState.DONE: "Finished",
    JobState.CANCELLED: "Cancelled",
}
_REASONS: Mapping[JobReason, str] = {
    JobReason.BY_PERSON: "{state} by {by}.",
    JobReason.CANARY: "The first devices are done. Check them, then continue.",
    JobReason.FAILURES: "{failures} devices failed.",
    JobReason.PLATFORM: "The platform gave no usable answer: {words} The job asks it again later.",
    JobReason.SIGN_IN: "Sign in again to continue. The job works with your session on the platform, which ended.",
    JobReason.NO_RIGHT: "{words}",
    JobReason.UNREADABLE: "{words}",
    JobReason.MISSED_START: "The start was missed ({start}): the portal was not running then. Nothing was sent. "
    "Continue to start now.",
}
_OUTCOMES: Mapping[ItemState, str] = {
    ItemState.WAITING: "Waiting",
    ItemState.CLAIMED: "Waiting",
    ItemState.SENT: "Sent",
    ItemState.DONE: "Done",
    ItemState.UNCHANGED: "Unchanged",
    ItemState.REFUSED: "Refused",
    ItemState.UNKNOWN: "Unknown",
    ItemState.SKIPPED: "Skipped",
    ItemState.CANCELLED: "Cancelled",
}
_ITEM_REASONS: Mapping[ItemReason, str] = {
    ItemReason.WORKER_LOST: "The answer was lost. The portal does not send it again.",
    ItemReason.CHANGED_MEANWHILE: "Changed since the preview",
    ItemReason.GONE_MEANWHILE: "No longer in this group",
    ItemReason.NOT_FOUND: "Not found in this group",
    ItemReason.UNSUPPORTED: "{words}",
    ItemReason.CANNOT_REBOOT: "Not rebooted: devices of this type cannot be rebooted",
    ItemReason.UNCHANGED: "Has these values already",
    ItemReason.EXISTS: "Exists already. Only new devices are added.",
    ItemReason.NO_RIGHT: "{words}",
    ItemReason.NOT_SENT: "{words}",
    ItemReason.CELLS: "{words}",
    ItemReason.DOUBTFUL: "{words}",
    ItemReason.LEFT_OUT: "Left out",
    ItemReason.BACK_ONLINE: "Back online after {seconds} s",
    ItemReason.NO_CHANGE: "The platform reports no change of status. Check the phone.",
    ItemReason.NOT_BACK: "The platform still reports {status}. Check the phone.",
    ItemReason.NO_STATUS: "Its status could not be read. {words}Check the phone.",
}
