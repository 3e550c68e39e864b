"""The list of jobs, and one job."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.roles import Permission
from app.portal.services.jobs.rows import ITEM_HEAD
from app.portal.services.jobs.service import JobRefused
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.views.jobs.job_page import render_job
from app.portal.views.jobs.making import FORM_BYTES, FORM_FIELDS, make_draft, read_devices
from app.portal.views.jobs.planning import is_unplanned, plan_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.csv_download import csv_download
from app.portal.web.services import services


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.JOBS_RUN, form_bytes=FORM_BYTES, form_fields=FORM_FIELDS)
def index() -> ResponseReturnValue:
    """List jobs, or make one for devices of any groups, named as tenant/group/device, each part percent-encoded."""
    if request.method == "POST":
        if request.form.get("action") == "export":
            return redirect(url_for("search.export"), 307)  # the same form, sent there
        try:
            return make_draft(request.form.get("action", ""), read_devices(request.form.getlist("device")))
        except JobRefused as error:
            return htmx.render("jobs/refused.html", status=422, words=str(error))
    listing = services().job_reports.list_jobs(services().jobs.confirmed_scope(), url_for(".index"), request.args)
    return htmx.render("jobs/list.html", "jobs/_list.html", nav="jobs", listing=listing, as_of=portal().now())


@blueprint.get(f"{JOB}/")
@requires(Permission.JOBS_VIEW)
def show(job_id: int) -> ResponseReturnValue:
    job = find_job(job_id)
    return plan_job(job) if is_unplanned(job) else render_job(job)


@blueprint.get(f"{JOB}/progress")
@requires(Permission.JOBS_VIEW, extends_session=False)
def progress(job_id: int) -> ResponseReturnValue:
    """Return what the page of a job that goes on shows next."""
    job = find_job(job_id)
    return render_job(job) if htmx.wants_fragment() else htmx.go(job_url(job.id))


@blueprint.get(f"{JOB}/items.csv")
@requires(Permission.JOBS_VIEW, is_download=True)
def export(job_id: int) -> ResponseReturnValue:
    job = find_job(job_id)
    return csv_download(f"job-{job.id}.csv", ITEM_HEAD, services().job_reports.export(job))
