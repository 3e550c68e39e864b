"""Undo a change of a device: a preview of what comes back, then the change itself."""

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiRefused
from app.portal.domain.audit import Action
from app.portal.domain.names import is_addressable
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.text import as_sentence
from app.portal.forms.decisions import ConfirmForm
from app.portal.services.changes.executor import ChangeNotSent, Done, EditConflict
from app.portal.services.history.entries import Entry
from app.portal.services.lines.service import LinesEditConflict
from app.portal.services.side_by_side import DeviceRead
from app.portal.services.undo.plans import UndoOutcome
from app.portal.services.undo.service import UndoPlan
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.changing import FOUND_BY_READING
from app.portal.views.devices.mac_changes import find_question
from app.portal.views.devices.mac_conflicts import find_mac_holder
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import reads, services
from app.portal.web.session import current_user
from app.portal.web.sign_in_redirect import was_unsent

_PERMISSIONS = {
    Action.EDIT: Permission.DEVICE_EDIT,
    Action.LINES: Permission.LINES_EDIT,
    Action.FILE: Permission.FILES_EDIT,
}
_CHANGED_MEANWHILE = "The device changed while you looked. Nothing was sent. Review what would come back now."


@blueprint.route("/<name:device>/undo/<int(max=2147483647):change>", methods=["GET", "POST"])
@requires(Permission.DEVICE_EDIT)
@reads(DeviceRead.DETAIL)
def undo(tenant: str, group: str, device: str, change: int) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    past = services().undo.find(group_ref, device, change)
    if past is None:
        read_device(group_ref, device)
        abort(404)
    if not current_user().may(_PERMISSIONS[Action(past.action)]):
        abort(403)
    if request.method == "POST" and services().undo.was_applied_before(past):
        return _go_to_device(group_ref, device)
    plan = services().undo.plan(past)
    if not ConfirmForm().validate_on_submit():
        return _render(group_ref, device, plan)
    if plan.send is None or not plan.returning:
        return _render(group_ref, device, plan, 422)
    if request.form.get("state") != plan.state:
        return _render(group_ref, device, plan, 409, _CHANGED_MEANWHILE)
    try:
        done = plan.send()
    except (EditConflict, LinesEditConflict):
        return _render(group_ref, device, services().undo.plan(past), 409, _CHANGED_MEANWHILE)
    except ChangeNotSent as error:
        return _render(group_ref, device, plan, 409, as_sentence(str(error)))
    except ApiRefused as error:
        return _render(group_ref, device, plan, 422, as_sentence(f"The platform did not accept it: {error}"))
    return _go_to_device(group_ref, device, done)


def undo_url(entry: Entry) -> str | None:
    """Return the page that undoes an entry of the history; None where nobody can, or the user may not."""
    tenant, group, device = entry.tenant_id, entry.group_id, entry.device_name
    if not entry.can_undo or not all(map(is_addressable, (tenant, group, device))):
        return None
    if not current_user().may(_PERMISSIONS[Action(entry.action)]):
        return None
    return url_for("devices.undo", tenant=tenant, group=group, device=device, change=entry.id)


def _render(
    group: GroupRef, device_name: str, plan: UndoPlan, status: int = 200, refused: str = ""
) -> ResponseReturnValue:
    device = read_device(group, device_name)
    wanted_mac = plan.wanted.get("mac_address")
    present = {"serial_number": device.serial_number, **plan.now}
    return htmx.render(
        "devices/undo.html",
        status=status,
        **device_page_context(group, device),
        plan=plan,
        mac_change=find_question(group, device_name, device.device_type, present, {**present, **plan.wanted}),
        mac_holder=find_mac_holder(group, device_name, wanted_mac) if wanted_mac else None,
        device_type=device.device_type,
        outcomes=UndoOutcome,
        refused=refused,
        is_draft=was_unsent(),
    )


def _go_to_device(group: GroupRef, device: str, done: Done[Any] | None = None) -> ResponseReturnValue:
    words = f"Change of {device} undone."
    flash(words if done is None or done.is_confirmed else f"{words} {FOUND_BY_READING}", "ok")
    return htmx.go(url_for(".show", tenant=group.tenant_id, group=group.group_id, device=device))
