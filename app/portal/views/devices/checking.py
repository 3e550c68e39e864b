"""Looking at one field of a device's form while it is typed."""

from collections.abc import Mapping
from contextlib import suppress

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue

from app.portal import htmx, mac
from app.portal.access import Permission, requires
from app.portal.api.errors import ApiUnavailable
from app.portal.forms.device import DeviceForm, EditDeviceForm, NewDeviceForm
from app.portal.identity import services
from app.portal.views.devices import blueprint

Holders = Mapping[str, tuple[str, str]]

_TAKEN = {
    "device_name": "A device of this group is called like this.",
    "mac_address": "Another device of this group has it. Remove it there first, or check the sticker.",
}


@blueprint.get("/check")
@requires(Permission.DEVICE_EDIT, aside=True)
def check(tenant: str, group: str) -> ResponseReturnValue:
    """One field, tidied, with what is wrong with it. Only told: the whole form is looked at when it is sent."""
    name, device = request.args.get("field", ""), request.args.get("device", "")
    form = EditDeviceForm(formdata=request.args) if device else _new()
    if name not in form or form[name].type != "StringField":
        abort(404)
    holders: Holders = {}
    if form[name].validate(form) and name in _TAKEN:
        holders = holders_of({name: form[name].data}, but=device)
        form[name].errors = [_TAKEN[name]] if holders else []
    form.tell_of_mac()
    check_url = url_for(".check", tenant=tenant, group=group, type=request.args.get("type", ""), device=device)
    return htmx.render("devices/_field.html", form=form, name=name, holders=holders, check_url=check_url)


def holders_of(typed: Mapping[str, str | None], but: str = "") -> Holders:
    """By field, the name and address of another device of this group that has the same name or MAC typed here."""
    sought = {"device_name": typed.get("device_name"), "mac_address": mac.parse(typed.get("mac_address") or "")}
    found = {}
    with suppress(ApiUnavailable):  # the backend has the last word anyway
        for row in services().devices.list(g.place).value.rows:
            for name, value in sought.items():
                if value and getattr(row, name) == value and row.device_name != but and not row.why_no_page:
                    found[name] = (row.device_name, _url(row.device_name))
    return found


def _new() -> DeviceForm:
    form = NewDeviceForm(formdata=request.args)
    types = {each.technical_name: each for each in services().phone_types.all()}
    form.follow(types.get(request.args.get("type", "")))
    del form.device_type
    return form


def _url(device: str) -> str:
    return url_for(".show", tenant=g.place.tenant_id, group=g.place.group_id, device=device)
