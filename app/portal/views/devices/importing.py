"""Import devices from a spreadsheet: the form, and its template. The draft is the page of a job."""

import re
from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.imports.reading import check_kind
from app.portal.services.imports.sheets import SheetOptions, UnreadableFile
from app.portal.services.jobs.service import JobRefused
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.jobs.blueprint import job_url
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.csv_download import csv_download
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields

_MOST_FORM_BYTES = (1 << 25) + (1 << 16)  # more than any setting allows a file
_MIB = 1 << 20


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.DEVICE_CREATE, form_bytes=_MOST_FORM_BYTES)
def import_sheet(tenant: str, group: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    problem = ""
    if request.method == "POST":
        try:
            options = SheetOptions(only_new=request.form.get("existing") == "leave")
            return htmx.go(job_url(services().imports.create(group_ref, *_read_sheet(), options)))
        except (UnreadableFile, JobRefused) as error:
            problem = str(error)
    settings = portal().settings
    typed: Mapping[str, str] = request.form or draft_fields() or {}
    return htmx.render(
        "devices/import.html",
        status=422 if problem else 200,
        group_ref=group_ref,
        problem=problem,
        pasted=typed.get("rows", ""),
        only_new=typed.get("existing") == "leave",
        fields=EDITABLE_FIELDS.values(),
        most_rows=settings.import_rows,
        most_bytes=settings.import_bytes,
    )


@blueprint.get("/import-template.csv")
@requires(Permission.DEVICE_CREATE, is_download=True)
def import_template(tenant: str, group: str) -> ResponseReturnValue:
    """Send a file that has the names of the columns and no row."""
    head = [field.label for field in EDITABLE_FIELDS.values() if not field.is_secret]
    return csv_download("devices-template.csv", head, [])


def _read_sheet() -> tuple[str, bytes]:
    """Return the name and the content of the chosen file, or of the pasted rows. Raise UnreadableFile."""
    chosen, pasted = request.files.get("file"), request.form.get("rows", "")
    most = portal().settings.import_bytes
    if chosen and chosen.filename and pasted.strip():
        raise UnreadableFile("Choose a file or paste rows, not both.")
    if chosen and chosen.filename:
        name = re.split(r"[/\\]", chosen.filename)[-1][:200]  # some browsers tell the whole path
        with chosen.stream as stream:
            content = stream.read(most + 1)
    elif pasted.strip():
        name, content = "pasted rows", pasted.encode("utf-8", "replace")
    else:
        raise UnreadableFile("Choose a file first, or paste rows.")
    if len(content) > most:
        raise UnreadableFile(f"The file is larger than {most / _MIB:.3g} MiB. Split it into several files.")
    check_kind(content)
    return name, content
