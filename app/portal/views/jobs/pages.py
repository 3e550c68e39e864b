"""The list of jobs, and one job."""

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import UNFINISHED, Command, ItemState, JobAction, JobState, Verdict
from app.portal.domain.roles import Permission
from app.portal.forms.job_start import StartForm
from app.portal.services.jobs.service import Job, JobRefused
from app.portal.services.jobs.words import describe_item, describe_state
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.views.jobs.importing import import_context
from app.portal.views.jobs.making import FORM_BYTES, FORM_FIELDS, make_draft, read_devices
from app.portal.views.jobs.planning import is_unplanned, plan_job
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.waiting import reload_without_script

_PAGE = 50
_LOOK_EVERY = 5  # seconds
_MOVING = frozenset({JobState.CHECKING, JobState.SCHEDULED, JobState.RUNNING, JobState.PAUSED})


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.JOBS_RUN, form_bytes=FORM_BYTES, form_fields=FORM_FIELDS)
def index() -> ResponseReturnValue:
    """List jobs, or make one for devices of any groups, named as tenant/group/device, each part percent-encoded."""
    if request.method == "POST":
        try:
            return make_draft(request.form.get("action", ""), read_devices(request.form.getlist("device")))
        except JobRefused as error:
            return htmx.render("jobs/refused.html", status=422, words=str(error))
    jobs = services().jobs.list(_PAGE)
    counts = {job.id: services().jobs.count(job) for job in jobs}
    return htmx.render(
        "jobs/list.html", "jobs/_list.html", nav="jobs", jobs=jobs, counts=counts, describe_state=describe_state
    )


@blueprint.get(f"{JOB}/")
@requires(Permission.JOBS_VIEW)
def show(job_id: int) -> ResponseReturnValue:
    job = find_job(job_id)
    return plan_job(job) if is_unplanned(job) else render_job(job)


def render_job(
    job: Job, problem: str = "", start_form: StartForm | None = None, status: int = 200
) -> ResponseReturnValue:
    jobs = services().jobs
    outcome = request.args.get("outcome", "")
    states = [ItemState(outcome)] if outcome in set(ItemState) else []
    counts = jobs.count(job)
    response = htmx.render(
        "jobs/job.html",
        "jobs/_job.html",
        status=status,
        nav="jobs",
        job=job,
        counts=counts,
        finished=sum(count for state, count in counts.by_state.items() if state not in UNFINISHED),
        to_do=sum(counts.by_verdict.get(verdict, 0) for verdict in (Verdict.CHANGE, Verdict.NEW, Verdict.CHANGED)),
        items=jobs.items(job, states, limit=_PAGE),
        describe_item=describe_item,
        state=describe_state(job),
        commands=[command for command in Command if jobs.may_command(job, command)],
        start_form=start_form or StartForm(JobAction(job.action), portal().now()),
        problem=problem,
        is_moving=job.state in _MOVING,
        look_every=_LOOK_EVERY,
        **(import_context(job) if job.action == JobAction.IMPORT else {}),
    )
    if job.state in _MOVING:
        reload_without_script(response, _LOOK_EVERY * 3, job_url(job.id))
    return response
