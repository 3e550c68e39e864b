"""The blueprint that the modules beside this one register their routes on."""

from flask import Blueprint, abort, url_for

from app.portal.services.jobs.service import Job
from app.portal.web.services import services

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

JOB = "/<int(max=2147483647):job_id>"  # what the column holds


def find_job(job_id: int) -> Job:
    """Return a job that the user may see; else the answer is 404."""
    job = services().jobs.find(job_id)
    if job is None:
        abort(404)
    return job


def job_url(job_id: int) -> str:
    return url_for("jobs.show", job_id=job_id)
