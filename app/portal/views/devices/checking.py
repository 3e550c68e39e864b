"""Check one field of a device's form while it is typed."""

from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.forms.device import DeviceForm, EditDeviceForm, NewDeviceForm
from app.portal.forms.replacement import ReplacementForm
from app.portal.services.parts import read_part
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.mac_conflicts import check_field
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.services import services


@blueprint.get("/check")
@requires(Permission.DEVICE_EDIT, background=True)
def check(tenant: str, group: str) -> ResponseReturnValue:
    """Render one field with its errors. The whole form is checked again when it is sent."""
    name, device = request.args.get("field", ""), request.args.get("device", "")
    edit_form = ReplacementForm if "replaces" in request.args else EditDeviceForm
    form = edit_form(formdata=request.args) if device else _new_form()
    if name not in form or form[name].type != "StringField":
        abort(404)
    conflicts = check_field(form, name, GroupRef(tenant, group), device) if form[name].validate(form) else {}
    form.show_hints(request.args.get("type", ""))
    args: dict[str, Any] = {name: request.args[name] for name in ("type", "replaces") if name in request.args}
    check_url = url_for(".check", tenant=tenant, group=group, device=device, **args)
    return htmx.render("devices/_field.html", form=form, name=name, conflicts=conflicts, check_url=check_url)


def _new_form() -> DeviceForm:
    form = NewDeviceForm(formdata=request.args)
    phone_types = read_part(services().phone_types.by_name).value or {}
    form.follow(phone_types.get(request.args.get("type", "")))
    del form.device_type
    return form
