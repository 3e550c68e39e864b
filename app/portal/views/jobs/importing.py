"""An imported sheet on the page of its job: its rows, how it was read, and the rows to be mended."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.jobs import Command, JobAction
from app.portal.domain.roles import Permission
from app.portal.services.imports.grid import to_grid
from app.portal.services.imports.sheets import ENCODINGS, SEPARATORS, SheetOptions
from app.portal.services.imports.workbooks import write_workbook
from app.portal.services.jobs.item_page import ItemPage
from app.portal.services.jobs.service import Job
from app.portal.services.masking import SECRETS
from app.portal.views.jobs.blueprint import JOB, blueprint, find_job, job_url
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.post(f"{JOB}/sheet")
@requires(Permission.DEVICE_CREATE)
def read_sheet_again(job_id: int) -> ResponseReturnValue:
    """Read the sheet of a draft as the form says."""
    job = _find_import(job_id)
    if services().jobs.may_command(job, Command.PLAN):
        services().imports.read_again(job, _read_options())
    return htmx.go(job_url(job.id))


@blueprint.get(f"{JOB}/errors.xlsx")
@requires(Permission.DEVICE_CREATE, is_download=True)
def download_errors(job_id: int) -> ResponseReturnValue:
    job = _find_import(job_id)
    headers = {"Content-Disposition": f"attachment; filename=errors-{job.id}.xlsx"}
    return Response(write_workbook("Errors", services().imports.failed_rows(job)), mimetype=_XLSX, headers=headers)


def import_context(job: Job, listing: ItemPage) -> Mapping[str, Any]:
    """Return what the page of an import shows beside the job itself."""
    report = services().imports.report(job)
    fields = report.fields if report else ()
    return {
        "report": report,
        "grid": [to_grid(item, fields) for item in services().job_reports.import_rows(job, listing)],
        "encodings": ENCODINGS,
        "separators": SEPARATORS,
        "only_new": services().imports.adds_only(job),
        "has_secrets": not SECRETS.isdisjoint(fields),
        "again_url": url_for("devices.import_sheet", tenant=job.tenant_id, group=job.group_id),
    }


def _find_import(job_id: int) -> Job:
    job = find_job(job_id)
    if job.action != JobAction.IMPORT:
        abort(404)
    return job


def _read_options() -> SheetOptions:
    """Return what the form says; what it leaves out, or nobody can choose, is found out."""
    encoding, separator = request.form.get("encoding", ""), request.form.get("separator", "")
    header_row = request.form.get("header_row", "").strip()
    is_row = header_row.isascii() and header_row.isdigit() and len(header_row) < 8
    return SheetOptions(
        encoding=encoding if encoding in ENCODINGS else "",
        separator=separator if separator in SEPARATORS else "",
        sheet=request.form.get("sheet", ""),
        header_row=int(header_row) if is_row else 0,
        only_new=request.form.get("existing") == "leave",
    )
