"""Add a device: from nothing, as a copy of another one, or one after the other with the same values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiRefused
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.forms.device import NewDeviceForm, copy_values, read_values, to_inputs
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.models.phone_type import PhoneType
from app.portal.services.changes.executor import ChangeNotSent
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.changing import add_errors, device_url, flash_done
from app.portal.views.devices.copying import SOURCE_ARGS, source_group_arg
from app.portal.views.devices.mac_conflicts import Conflicts
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.errors import describe_part
from app.portal.web.list_context import list_url
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields

_ANOTHER = "another"  # the argument of a form that adds one device after the other, and the field that asks for one


@dataclass(frozen=True)
class DeviceCopy:
    """The device whose values a form begins with, and in words which of its values those are, and which not.

    `source` is the group that has it, where that is another one.
    """

    device_name: str
    source: GroupRef | None
    copied: Sequence[str]
    left_out: Sequence[str]


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DEVICE_CREATE)
def new(tenant: str, group: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    source = _read_source(group_ref)
    types = read_part(services().phone_types.by_name)
    phone_types = types.value or {}
    draft = draft_fields()
    form = _open_form(phone_types, source)
    conflicts: Conflicts = {}
    if form.validate_on_submit():
        try:
            done = services().devices.create(group_ref, form.values())
        except ChangeNotSent as error:
            form.form_errors.append(str(error))
        except ApiRefused as error:
            conflicts = add_errors(form, error, group_ref)
        else:
            flash_done(f"{form.device_name.data} added.", done)
            return htmx.go(_next_url(group_ref, form.device_name.data or ""))
    form.show_hints(form.device_type.data or "")
    return htmx.render(
        "devices/new.html",
        "devices/_form.html",
        status=422 if form.errors else 200,
        form=form,
        phone_type=phone_types.get(form.device_type.data or ""),
        phone_types=phone_types,
        types_failure=describe_part(types.failure) if types.failure else "",
        is_draft=bool(draft),
        mac_change=None,
        conflicts=conflicts,
        cancel_url=list_url(group_ref),
        copy=_describe_copy(form, source, group_ref) if source else None,
        form_args={name: request.args[name] for name in ("copy", *SOURCE_ARGS, _ANOTHER) if name in request.args},
        adds_another=_ANOTHER in request.args,
    )


def _read_source(target: GroupRef) -> AccessDevice | None:
    """Return the device that a form begins as a copy of; None for one that was sent, restored or has another type."""
    name = request.args.get("copy")
    if not name or request.method == "POST" or draft_fields() is not None or "device_type" in request.args:
        return None
    group = source_group_arg(target)
    services().side_by_side.begin(DeviceRead.DETAIL, group, name)
    services().side_by_side.begin(DeviceRead.PHONE_TYPES, group, name)
    return services().devices.get(group, name)


def _open_form(phone_types: Mapping[str, PhoneType], source: AccessDevice | None) -> NewDeviceForm:
    formdata = request.form if request.method == "POST" else draft_fields() or None
    chosen = request.args.get("device_type") or request.args.get("type", "")  # of the list, or typed or in a link
    values = {"device_type": chosen} | (to_inputs(copy_values(source)) if source else {})
    form = NewDeviceForm(formdata=formdata, data=values)
    form.offer(phone_types)
    form.follow(phone_types.get(form.device_type.data or ""))
    if source:
        form.device_name.render_kw = {**(form.device_name.render_kw or {}), "autofocus": True}
    return form


def _describe_copy(form: NewDeviceForm, source: AccessDevice, target: GroupRef) -> DeviceCopy:
    values = read_values(source)
    fields = [field for name, field in EDITABLE_FIELDS.items() if field.is_secret or field.to_words(values[name])]
    copied = [field.label for field in fields if not field.is_own and field.name in form]
    left_out = [field.label for field in fields if field.is_own and field.name in form]
    group = source_group_arg(target)
    return DeviceCopy(source.device_name, group if group != target else None, copied, left_out)


def _next_url(group: GroupRef, device: str) -> str:
    """Return the page of the new device or, for one after the other, the form with its values."""
    if _ANOTHER not in request.form:
        return device_url(group, device)
    return url_for(".new", tenant=group.tenant_id, group=group.group_id, copy=device, another=1)
