"""Changing what a draft is for: leaving devices out, and looking at all of them again."""

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import Command, JobAction
from app.portal.domain.roles import Permission
from app.portal.services.jobs.service import ChosenItems, JobRefused
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.views.jobs.job_page import render_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services


@blueprint.post(f"{JOB}/leave-out")
@requires(Permission.JOBS_RUN)
def leave_out(job_id: int) -> ResponseReturnValue:
    job = find_job(job_id)
    numbers = [int(text) for text in request.form.getlist("item") if text.isascii() and text.isdigit()]
    chosen = ChosenItems(
        [number for number in numbers if number < 1 << 31],
        request.form.getlist("difference"),
        is_doubtful=request.form.get("warnings") == "1",
    )
    try:
        services().jobs.leave_out(job, chosen)
    except JobRefused as error:
        return render_job(find_job(job_id), problem=str(error), status=422)
    return htmx.go(job_url(job_id))


@blueprint.post(f"{JOB}/check")
@requires(Permission.JOBS_RUN)
def check_again(job_id: int) -> ResponseReturnValue:
    job, jobs = find_job(job_id), services().jobs
    try:
        if job.action == JobAction.IMPORT and jobs.may_command(job, Command.PLAN):
            services().imports.read_again(job)
        else:
            jobs.check_again(job)
    except JobRefused as error:
        return render_job(find_job(job_id), problem=str(error), status=422)
    return htmx.go(job_url(job_id))
