"""The forms that say what a draft is to do."""

from collections.abc import Callable, Mapping

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import Command, JobAction, JobState
from app.portal.forms.many import EditManyForm
from app.portal.services.files.changes import MOST_BYTES
from app.portal.services.jobs.service import Job
from app.portal.services.jobs.titles import title_of_edit
from app.portal.views.jobs.blueprint import job_url
from app.portal.web import htmx
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields

PLAN_BYTES = 2 * MOST_BYTES  # of a form, which may hold a file
_MOST_NAMED = 8  # devices beside the form


def is_unplanned(job: Job) -> bool:
    """Return True if the page of the job is the form that says what it is to do."""
    is_new = job.state == JobState.DRAFT and job.checked_at is None
    return is_new and job.action in _PLANS and services().jobs.may_command(job, Command.PLAN)


def plan_job(job: Job) -> ResponseReturnValue:
    """Show what a draft is to do, or take it from the form. Raise JobRefused where it is no draft any more."""
    if request.method != "POST" and not services().jobs.may_command(job, Command.PLAN):
        return htmx.go(job_url(job.id))
    plan = _PLANS.get(JobAction(job.action))
    if plan is not None:
        return plan(job)
    if request.method == "POST":
        services().jobs.plan(job, job.plan or {}, job.title)  # to be checked again
    return htmx.go(job_url(job.id))


def _plan_edit(job: Job) -> ResponseReturnValue:
    draft = draft_fields()
    typed = request.form if request.method == "POST" else draft or None
    form = EditManyForm(typed, (job.plan or {}).get("values", {}))
    if form.validate_on_submit():
        services().jobs.plan(job, {"values": form.values()}, title_of_edit(form.values()))
        return htmx.go(job_url(job.id))
    return htmx.render(
        "jobs/plan_edit.html",
        status=422 if form.errors else 200,
        nav="jobs",
        job=job,
        form=form,
        present=services().jobs.present_values(job),
        items=services().jobs.items(job, limit=_MOST_NAMED),
        is_draft=bool(draft),
    )


_PLANS: Mapping[str, Callable[[Job], ResponseReturnValue]] = {JobAction.EDIT: _plan_edit}
