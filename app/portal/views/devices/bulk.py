"""Actions on many devices of a list at once."""

from collections.abc import Mapping
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.services.jobs.service import JobRefused
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.exporting import export_cells, export_head
from app.portal.views.devices.listing import render_list
from app.portal.views.devices.selection import SelectionRefused, read_selection
from app.portal.views.jobs.making import FORM_BYTES, FORM_FIELDS, make_draft
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.csv_download import csv_download
from app.portal.web.list_context import list_query
from app.portal.web.services import services


@blueprint.route("/bulk", methods=["GET", "POST"])
@requires(Permission.DEVICE_SELECT, form_bytes=FORM_BYTES, form_fields=FORM_FIELDS)
def bulk(tenant: str, group: str) -> ResponseReturnValue:
    """Do what `action` names with the selected devices: export them, or make a draft of a job.

    Whoever loads the answer again comes back to the list.
    """
    group_ref, action = GroupRef(tenant, group), request.form.get("action", "")
    if request.method != "POST":
        query: Mapping[str, Any] = list_query()
        return htmx.go(url_for(".index", tenant=tenant, group=group, **query))
    try:
        selection = read_selection(group_ref)
        if action != "export":
            return make_draft(action, [(group_ref, name) for name in selection.names])
    except SelectionRefused as error:
        return render_list(group_ref, error.reading, problem=str(error), status=error.status)
    except JobRefused as error:
        return render_list(group_ref, services().devices.list(group_ref), problem=str(error), status=422)
    return csv_download("devices.csv", export_head(selection.table), export_cells(selection.table, selection.rows))


@blueprint.post("/bulk/check")
@requires(Permission.DEVICE_SELECT, extends_session=False, form_bytes=FORM_BYTES, form_fields=FORM_FIELDS)
def check_selection(tenant: str, group: str) -> ResponseReturnValue:
    """Tell a page of the list about devices that it does not show: all that match, or what became of the selected."""
    try:
        selection = read_selection(GroupRef(tenant, group))
    except SelectionRefused as error:
        return jsonify(problem=str(error)), error.status
    names = selection.names if request.form.get("all") == "1" else ()
    return jsonify(names=names, missing=selection.missing, leftOut=selection.left_out)
