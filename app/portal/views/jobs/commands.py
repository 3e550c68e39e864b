"""Plan, start, pause, resume and cancel a job."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import JobAction
from app.portal.domain.roles import Permission
from app.portal.domain.step_up import StepUp
from app.portal.forms.job_start import StartForm
from app.portal.services.jobs.service import Job, JobRefused
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.views.jobs.job_page import count_deletions, render_job
from app.portal.views.jobs.planning import PLAN_BYTES, plan_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.notes import read_note
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields


@blueprint.route(f"{JOB}/plan", methods=["GET", "POST"])
@requires(Permission.JOBS_RUN, form_bytes=PLAN_BYTES)
def plan(job_id: int) -> ResponseReturnValue:
    try:
        return plan_job(find_job(job_id))
    except JobRefused as error:
        return render_job(find_job(job_id), problem=str(error), status=422)


@blueprint.route(f"{JOB}/start", methods=["GET", "POST"])
@requires(Permission.JOBS_RUN, step_up=StepUp.BULK)
def start(job_id: int) -> ResponseReturnValue:
    """Start a draft. A form that cannot be used, or came before a sign-in, leaves it a draft and is shown as typed."""
    job = find_job(job_id)
    if request.method != "POST":
        return _show_unsent(job)
    form = StartForm(JobAction(job.action), portal().now(), request.form, read_note(), count_deletions(job))
    if not form.validate():
        return render_job(job, start_form=form, status=422)
    return _command(job_id, lambda job: services().jobs.start(job, form.read()), form)


def _show_unsent(job: Job) -> ResponseReturnValue:
    draft = draft_fields()
    if draft is None:
        return htmx.go(job_url(job.id))
    typed = StartForm(JobAction(job.action), portal().now(), draft, draft.get("note", ""), count_deletions(job))
    return render_job(job, start_form=typed)


@blueprint.post(f"{JOB}/pause")
@requires(Permission.JOBS_RUN)
def pause(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.pause)


@blueprint.post(f"{JOB}/resume")
@requires(Permission.JOBS_RUN, step_up=StepUp.BULK)
def resume(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.resume)


@blueprint.post(f"{JOB}/cancel")
@requires(Permission.JOBS_RUN)
def cancel(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.cancel)


@blueprint.post(f"{JOB}/retry")
@requires(Permission.JOBS_RUN, step_up=StepUp.BULK)
def retry(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.retry)


@blueprint.post(f"{JOB}/undo")
@requires(Permission.JOBS_RUN)
def undo(job_id: int) -> ResponseReturnValue:
    """Make a draft with the values of before, and go to it."""
    return _make_another(job_id, services().jobs.undo)


@blueprint.post(f"{JOB}/reboot")
@requires(Permission.JOBS_RUN)
def reboot(job_id: int) -> ResponseReturnValue:
    """Make a draft that reboots the devices whose phones wait for it, and go to it."""
    return _make_another(job_id, services().jobs.reboot)


def _make_another(job_id: int, make: Callable[[Job], int]) -> ResponseReturnValue:
    job = find_job(job_id)
    try:
        return htmx.go(job_url(make(job)))
    except JobRefused as error:
        return render_job(job, problem=str(error), status=422)


def _command(job_id: int, give: Callable[[Job], Any], form: StartForm | None = None) -> ResponseReturnValue:
    job = find_job(job_id)
    try:
        give(job)
    except JobRefused as error:
        return render_job(find_job(job_id), problem=str(error), start_form=form, status=422)
    return htmx.go(job_url(job.id))
