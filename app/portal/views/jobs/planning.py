"""The forms that say what a draft is to do."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict

from app.portal.domain.jobs import Command, ItemReason, JobAction, JobState
from app.portal.forms.many import DeleteManyForm, EditManyForm, FileForManyForm
from app.portal.services.files.changes import MOST_BYTES
from app.portal.services.jobs.service import Job
from app.portal.services.jobs.titles import title_of_edit, title_of_file
from app.portal.services.parts import read_part
from app.portal.views.files.upload_form import UnusableUpload, read_chosen_file
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
    form = EditManyForm(_typed(), (job.plan or {}).get("values", {}))
    if form.validate_on_submit():
        services().jobs.plan(job, {"values": form.values()}, title_of_edit(form.values()))
        return htmx.go(job_url(job.id))
    return _render("jobs/plan_edit.html", job, form, present=services().jobs.present_values(job))


def _plan_file(job: Job) -> ResponseReturnValue:
    form = FileForManyForm(formdata=_typed(), data=job.plan or {})
    earlier = services().jobs.load_file(job)
    if form.validate_on_submit():
        chosen = request.files.get("file") or FileStorage()
        try:
            file = earlier if earlier and not chosen else read_chosen_file(chosen, "file")
        except UnusableUpload as error:
            form.file.errors = [str(error)]
        else:
            file_format = str(form.file_format.data)
            services().jobs.plan(job, {"file_format": file_format}, title_of_file(file_format), file)
            return htmx.go(job_url(job.id))
    formats = services().jobs.present_files(job) or _read_formats(job)
    return _render("jobs/plan_file.html", job, form, formats=formats, earlier=earlier, most_bytes=MOST_BYTES)


def _read_formats(job: Job) -> Mapping[str, int]:
    """Return the files of the first device, where the index knows those of none."""
    item = next(iter(services().jobs.items(job, limit=1)), None)
    if item is None or item.reason == ItemReason.NOT_FOUND:
        return {}
    group = item.group
    rows = read_part(lambda: services().config_files.list(group, item.device_name)).value or ()
    return {row.file_format: 1 for row in rows if not row.unlinkable_reason}


def _plan_delete(job: Job) -> ResponseReturnValue:
    form = DeleteManyForm(job.items, _typed())
    if form.validate_on_submit():
        services().jobs.plan(job, {"confirmed": job.items}, job.title)
        return htmx.go(job_url(job.id))
    return _render("jobs/plan_delete.html", job, form)


def _typed() -> MultiDict[str, Any] | None:
    """Return what was typed into the form: just now, or before the session ended."""
    if request.method == "POST":
        return CombinedMultiDict([request.files, request.form])
    return draft_fields() or None


def _render(template: str, job: Job, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    return htmx.render(
        template,
        status=422 if form.errors else 200,
        nav="jobs",
        job=job,
        form=form,
        items=services().jobs.items(job, limit=_MOST_NAMED),
        is_draft=bool(draft_fields()),
        **context,
    )


_PLANS: Mapping[str, Callable[[Job], ResponseReturnValue]] = {
    JobAction.EDIT: _plan_edit,
    JobAction.FILE: _plan_file,
    JobAction.DELETE: _plan_delete,
}
