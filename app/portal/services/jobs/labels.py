"""Names of jobs, of the results of their previews and of their outcomes, as pages show them."""

from collections.abc import Mapping

from app.portal.domain.jobs import ItemState, JobAction, JobReason, JobState, Verdict
from app.portal.domain.text import plural
from app.portal.services.jobs.titles import title_of
from app.portal.store.jobs.tables import Job

_HEADINGS: Mapping[JobAction, str] = {
    JobAction.REBOOT: "Reboot {}",
    JobAction.EDIT: "Edit {}",
    JobAction.FILE: "Config file for {}",
    JobAction.DEFAULT: "Type template for {}",
    JobAction.DELETE: "Delete {}",
    JobAction.IMPORT: "Import {}",
    JobAction.UNDO: "Undo changes of {}",
}
_NOUNS: Mapping[JobAction, str] = {JobAction.REBOOT: "reboot", JobAction.DELETE: "deletion"}
_WILL: Mapping[JobAction, str] = {JobAction.REBOOT: "will reboot", JobAction.DELETE: "will be deleted"}
_VERDICTS: Mapping[Verdict, str] = {
    Verdict.NEW: "new",
    Verdict.UNCHANGED: "unchanged",
    Verdict.REFUSED: "refused",
    Verdict.ERROR: "with errors",
}
_OUTCOMES: Mapping[ItemState, str] = {
    ItemState.WAITING: "Waiting",
    ItemState.CLAIMED: "Next",
    ItemState.SENT: "Sent",
    ItemState.DONE: "Done",
    ItemState.UNCHANGED: "Unchanged",
    ItemState.REFUSED: "Refused",
    ItemState.UNKNOWN: "Unknown",
    ItemState.SKIPPED: "Skipped",
    ItemState.CANCELLED: "Not started",
}


def is_preview(job: Job) -> bool:
    """Return True while the page of the job is that of its preview."""
    is_held = job.state in {JobState.WAITING, JobState.PAUSED} and job.checked_at is None
    return is_held or job.state in {JobState.CHECKING, JobState.DRAFT}


def name_job(job: Job) -> str:
    """Return what the job does and to how many devices: "Reboot 30 devices"."""
    action = JobAction(job.action)
    things = count_things(action, job.items)
    is_plain = job.title == title_of(action)
    return _HEADINGS[action].format(things) if is_plain else f"{job.title}: {things}"


def count_things(action: JobAction, count: int) -> str:
    """Return "12 devices", or the rows of an import."""
    return plural(count, "row" if action is JobAction.IMPORT else "device")


def label_verdict(action: JobAction, verdict: Verdict) -> str:
    """Return what follows the number of such devices: "will change"."""
    return _VERDICTS.get(verdict) or _WILL.get(action, "will change")


def label_outcome(state: ItemState) -> str:
    return _OUTCOMES[state]


def count_acts(action: JobAction, count: int) -> str:
    """Return "8 changes", "1 reboot" or "4 deletions"."""
    return plural(count, _NOUNS.get(action, "change"))


def explain_idleness(total: int, unchanged: int) -> str:
    """Return why a job of so many devices has nothing to do."""
    if unchanged == total:
        return (
            f"All {plural(total, 'device')} have these values already." if total > 1 else "It has these values already."
        )
    return "No device would be changed."


def label_state(job: Job, failed: int, *, is_owner: bool) -> str:
    """Return the state of a job in a word or two."""
    match JobState(job.state):
        case JobState.WAITING if job.reason == JobReason.SIGN_IN:
            return "Sign-in needed"
        case JobState.WAITING:
            return "Waiting for you" if is_owner else f"Waiting for {job.username}"
        case JobState.DONE if failed:
            return f"Finished with {failed:,} failed"
        case state:
            return _STATES[state]


_STATES: Mapping[JobState, str] = {
    JobState.CHECKING: "Checking",
    JobState.DRAFT: "Draft",
    JobState.SCHEDULED: "Scheduled",
    JobState.RUNNING: "Running",
    JobState.PAUSED: "Paused",
    JobState.DONE: "Finished",
    JobState.CANCELLED: "Cancelled",
}
