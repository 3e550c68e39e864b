"""The difference that a job makes to the config file of one device."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import ItemReason, JobAction
from app.portal.domain.refs import FileRef
from app.portal.domain.roles import Permission
from app.portal.services.files.review import review_contents
from app.portal.views.files.file_page import read_tags
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.services import services


@blueprint.get(f"{JOB}/difference/<int(max=2147483647):number>")
@requires(Permission.JOBS_VIEW)
def difference(job_id: int, number: int) -> ResponseReturnValue:
    """Compare the file of a device as it is now with the one that the job sends."""
    job = find_job(job_id)
    item = next(iter(services().jobs.items(job, limit=1, after=number - 1)), None)
    file = services().jobs.load_file(job) if job.action == JobAction.FILE and job.plan else None
    if file is None or item is None or item.number != number or item.reason == ItemReason.NOT_FOUND:
        abort(404)
    group, file_format = item.group, (job.plan or {})["file_format"]
    device = services().devices.get(group, item.device_name)
    now = services().file_changes.present(FileRef(group, item.device_name, file_format))
    return htmx.render(
        "jobs/difference.html",
        nav="jobs",
        job=job,
        item=item,
        beside=services().job_reports.neighbours(job, item),
        filename=file[0],
        file_format=file_format,
        now=now,
        content_failure=describe_part(now.failure) if now.failure else "",
        review=review_contents(now.content, file[1], read_tags(group, device)[0]),
        unified=request.args.get("view") == "unified",
    )
