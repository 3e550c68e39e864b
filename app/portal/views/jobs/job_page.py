"""The page of one job, from its draft to its outcome."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, request, url_for

from app.portal.domain.jobs import WITHOUT_PLAN, Command, JobAction, JobReason, JobState, Verdict
from app.portal.domain.names import is_addressable
from app.portal.forms.job_start import StartForm
from app.portal.services.jobs.item_page import ItemPage
from app.portal.services.jobs.labels import (
    count_acts,
    count_things,
    explain_idleness,
    label_state,
    label_verdict,
    name_job,
)
from app.portal.services.jobs.service import Job, JobItem
from app.portal.services.jobs.tally import JobTally
from app.portal.services.jobs.words import describe_item, describe_state
from app.portal.views.jobs.blueprint import job_url
from app.portal.views.jobs.importing import import_context
from app.portal.web import htmx
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.session import current_user
from app.portal.web.waiting import reload_without_script

_LOOK_EVERY = 5  # seconds
_RELOAD_EVERY = 15
_MOVING = frozenset({JobState.CHECKING, JobState.SCHEDULED, JobState.RUNNING, JobState.PAUSED})
_UNDOABLE = frozenset({JobAction.EDIT, JobAction.FILE, JobAction.DEFAULT, JobAction.IMPORT, JobAction.UNDO})
_HITS_PEOPLE = frozenset({JobAction.REBOOT, JobAction.DELETE})


def render_job(job: Job, problem: str = "", start_form: StartForm | None = None, status: int = 200) -> Response:
    """Render the page, or the fragment of it that is swapped while the job goes on."""
    tally = services().job_reports.tally(job)
    listing = services().job_reports.page(job, tally, job_url(job.id), request.args)
    is_moving = job.state in _MOVING
    response = htmx.render(
        "jobs/job.html",
        "jobs/_job.html",
        status=status,
        nav="jobs",
        problem=problem,
        tally=tally,
        listing=listing,
        start_form=start_form or StartForm(JobAction(job.action), portal().now(), deletions=count_deletions(job)),
        look_url=_look_url(job, listing) if is_moving else "",
        look_every=_LOOK_EVERY,
        **_describe(job, tally),
        **(import_context(job, listing) if job.action == JobAction.IMPORT else _list_rows(job, listing)),
    )
    if is_moving:
        reload_without_script(response, _RELOAD_EVERY, listing.url(page=listing.page))
    return response


def count_deletions(job: Job) -> int:
    """Return how many devices a job deletes without having been asked for it by number, as a job of deletions is."""
    return services().job_reports.tally(job).deletions if job.action == JobAction.UNDO else 0


def _describe(job: Job, tally: JobTally) -> Mapping[str, Any]:
    action, is_owner = JobAction(job.action), job.username == current_user().username
    label = label_state(job, tally.failed, is_owner=is_owner)
    return {
        "job": job,
        "name": name_job(job),
        "label": label,
        "reason": describe_state(job).detail,
        "describe_item": describe_item,
        "is_owner": is_owner,
        "can_undo": services().jobs.may(JobAction.UNDO) and action in _UNDOABLE,
        "signs_in_again": job.reason == JobReason.SIGN_IN and job.session_id == current_user().session_id,
        "needs_plan": job.state == JobState.DRAFT and job.checked_at is None and action not in WITHOUT_PLAN,
        "has_plan": action not in WITHOUT_PLAN,
        "awaiting_reboot": _count_awaiting_reboot(job),
        "commands": [command for command in Command if services().jobs.may_command(job, command)],
        "things": count_things(action, tally.total),
        "acts": count_acts(action, tally.to_do),
        "acts_of": partial(count_acts, action),
        "will": label_verdict(action, Verdict.CHANGE),
        "hits_people": action in _HITS_PEOPLE or bool(tally.deletions),
        "nothing_to_do": explain_idleness(tally.total, tally.by_verdict.get(Verdict.UNCHANGED, 0)),
    }


def _count_awaiting_reboot(job: Job) -> int:
    is_over = job.state in {JobState.DONE, JobState.CANCELLED}
    return len(services().jobs.awaiting_reboot(job)) if is_over and services().jobs.may(JobAction.REBOOT) else 0


def _list_rows(job: Job, listing: ItemPage) -> Mapping[str, Any]:
    return {"rows": services().job_reports.rows(job, listing), "device_url": _device_url}


def _look_url(job: Job, listing: ItemPage) -> str:
    """Return where the page asks for its next state, and says which one it shows."""
    return listing.url_with_path(url_for("jobs.progress", job_id=job.id), page=listing.page, seen=job.state)


def _device_url(item: JobItem) -> str | None:
    names = (item.tenant_id, item.group_id, item.device_name)
    if not all(map(is_addressable, names)):
        return None
    return url_for("devices.show", tenant=item.tenant_id, group=item.group_id, device=item.device_name)
