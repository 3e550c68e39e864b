"""Start, pause, resume and cancel a job."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import RunOptions
from app.portal.domain.roles import Permission
from app.portal.services.jobs.service import Job, JobRefused
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.views.jobs.pages import render_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services


@blueprint.post(f"{JOB}/start")
@requires(Permission.JOBS_RUN)
def start(job_id: int) -> ResponseReturnValue:
    return _command(job_id, lambda job: services().jobs.start(job, _read_options()))


@blueprint.post(f"{JOB}/pause")
@requires(Permission.JOBS_RUN)
def pause(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.pause)


@blueprint.post(f"{JOB}/resume")
@requires(Permission.JOBS_RUN)
def resume(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.resume)


@blueprint.post(f"{JOB}/cancel")
@requires(Permission.JOBS_RUN)
def cancel(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.cancel)


@blueprint.post(f"{JOB}/retry")
@requires(Permission.JOBS_RUN)
def retry(job_id: int) -> ResponseReturnValue:
    return _command(job_id, services().jobs.retry)


@blueprint.post(f"{JOB}/undo")
@requires(Permission.JOBS_RUN)
def undo(job_id: int) -> ResponseReturnValue:
    """Make a draft with the values of before, and go to it."""
    job = find_job(job_id)
    try:
        return htmx.go(job_url(services().jobs.undo(job)))
    except JobRefused as error:
        return render_job(job, problem=str(error), status=422)


def _command(job_id: int, give: Callable[[Job], Any]) -> ResponseReturnValue:
    job = find_job(job_id)
    try:
        give(job)
    except JobRefused as error:
        return render_job(find_job(job_id), problem=str(error), status=422)
    return htmx.go(job_url(job.id))


def _read_options() -> RunOptions:
    return RunOptions(
        canary=_read_number("canary", "The number of devices to try first", least=0, usual=0),
        pace=_read_number("pace", "The pace", least=1, usual=30),
        pause_after=_read_number("pause_after", "The number of failures", least=0, usual=0),
        start_at="",
        zone="",
        note=request.form.get("note", ""),
    )


def _read_number(name: str, label: str, least: int, usual: int) -> int:
    text = request.form.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text) <= 1_000_000):
        raise JobRefused(f"{label} must be a whole number from {least}. Nothing was started.")
    return int(text)
