"""Edit a device."""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.portal.api.errors import ApiError, ApiRefused
from app.portal.domain.audit import Action
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.text import plural
from app.portal.forms.api_errors import add_api_errors
from app.portal.forms.device import DeviceForm, EditDeviceForm, OpenedDevice, read_values, to_inputs
from app.portal.forms.replacement import ReplacementForm
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.services.changes.executor import ChangeNotSent, Done, EditConflict
from app.portal.services.devices.merging import ChangedBy, find_field_conflicts
from app.portal.services.masking import SECRETS
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.mac_changes import find_mac_change
from app.portal.views.devices.mac_conflicts import Conflicts, find_conflicts
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.errors import describe_part
from app.portal.web.services import reads, services
from app.portal.web.sign_in_redirect import draft_fields

NOTHING_DIFFERENT = "No changes to save."
FOUND_BY_READING = "The platform did not confirm it, but the device shows the change."
_MOST_NAMED = 4  # fields in a message


@blueprint.route("/<name:device>/edit", methods=["GET", "POST"])
@requires(Permission.DEVICE_EDIT)
@reads(DeviceRead.DETAIL, DeviceRead.PHONE_TYPES)
def edit(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    now = read_device(group_ref, device)
    types = read_part(services().phone_types.by_name)  # they tell what to ask for, and are not needed to save
    phone_type = (types.value or {}).get(now.device_type)
    draft = draft_fields()
    formdata = _merge_kept_fields(request.form, now) if request.method == "POST" else draft or None
    form = EditDeviceForm(formdata=formdata, data=to_inputs(read_values(now)))
    opened = read_opened(formdata or {}, now)
    form.follow(phone_type, now, opened.fields)
    opened = keep_opened(form, opened)
    conflicts: Conflicts = {}
    is_valid = form.validate_on_submit()
    mac_change = find_mac_change(form, opened, group_ref, device) if is_valid else None
    if is_valid and not mac_change:
        try:
            done = services().devices.update(group_ref, device, opened.fields, form.values())
        except EditConflict as conflict:
            return _render_merge(form, opened, conflict.now, group_ref)
        except ChangeNotSent as error:
            form.form_errors.append(str(error))
        except ApiRefused as error:
            conflicts = add_errors(form, error, group_ref, device)
        else:
            flash_done(f"{device} updated. {_name_changed(form, opened)}" if done else NOTHING_DIFFERENT, done)
            return htmx.go(device_url(group_ref, device))
    form.show_hints(now.device_type)
    return htmx.render(
        "devices/edit.html",
        status=422 if form.errors else 200,
        form=form,
        device_name=device,
        phone_type=phone_type,
        types_failure=describe_part(types.failure) if types.failure else "",
        is_draft=bool(draft),
        mac_change=mac_change,
        device_type=now.device_type,
        conflicts=conflicts,
        cancel_url=device_url(group_ref, device),
    )


def add_errors(form: DeviceForm, error: ApiError, group: GroupRef, device: str = "") -> Conflicts:
    add_api_errors(form, error)
    return find_conflicts(form, error, group, device)


def read_opened(typed: Mapping[str, str], now: AccessDevice) -> OpenedDevice:
    """Return the device as it was when the form was opened: as the form says, or as it is now."""
    opened, present = OpenedDevice(portal().now(), {}, now.device_type), read_values(now)
    if text := typed.get("opened"):
        try:
            opened = msgspec.json.decode(text, type=OpenedDevice)
        except msgspec.DecodeError:
            abort(400)
    fields = {name: opened.fields.get(name, value) for name, value in present.items()}
    return msgspec.structs.replace(opened, fields=fields)


def keep_opened(form: EditDeviceForm | ReplacementForm, opened: OpenedDevice) -> OpenedDevice:
    """Put into the form what it is measured against: a field that came or went since is not what it is about."""
    fields = {name: value for name, value in opened.fields.items() if name in form}
    opened = msgspec.structs.replace(opened, fields=fields)
    form.opened.data = opened.to_json()
    return opened


def _render_merge(
    form: EditDeviceForm, opened: OpenedDevice, now: AccessDevice, group: GroupRef
) -> ResponseReturnValue:
    """Show each field as it was opened, as it is now and as it is wanted; nothing was sent."""
    device, values_now = now.device_name, {name: getattr(now, name) for name in opened.fields}
    rows = find_field_conflicts(opened.fields, values_now, form.values())
    if not rows and not SECRETS & form.values().keys():  # both made the same change
        flash_done(NOTHING_DIFFERENT, None)
        return htmx.go(device_url(group, device))
    theirs = {row.name for row in rows if row.changed_by is ChangedBy.THEM}
    inputs_now = to_inputs(values_now)
    hidden = {name: inputs_now[name] if name in theirs else form[name].data for name in values_now}
    hidden["opened"] = OpenedDevice(portal().now(), values_now, now.device_type).to_json()
    return htmx.render(
        "devices/merge.html",
        status=409,
        device_name=device,
        rows=rows,
        fields=EDITABLE_FIELDS,
        hidden=list(hidden.items()),
        opened_at=opened.at,
        saved=services().device_history.last_saved_since(opened.at, group, device, Action.EDIT),
        same_count=len(values_now) - len(rows),
        typed_secrets=[field for field in form.device_fields() if field.is_secret and form[field.name].data],
        action=url_for(".edit", tenant=group.tenant_id, group=group.group_id, device=device),
        cancel_url=device_url(group, device),
    )


def _merge_kept_fields(typed: MultiDict[str, str], now: AccessDevice) -> MultiDict[str, str]:
    """Return what was typed, with the fields of a merge page that are to stay as they are now."""
    merged = typed.copy()
    for name, value in to_inputs(read_values(now)).items():
        if typed.get(f"keep-{name}") == "now":
            merged[name] = value
    return merged


def device_url(group: GroupRef, device: str) -> str:
    return url_for(".show", tenant=group.tenant_id, group=group.group_id, device=device)


def _name_changed(form: EditDeviceForm, opened: OpenedDevice) -> str:
    """Return in words the fields whose values are sent."""
    changed = [name for name, value in form.values().items() if value != opened.fields.get(name)]
    labels = ", ".join(EDITABLE_FIELDS[name].label for name in changed)
    return f"Changed: {labels if len(changed) <= _MOST_NAMED else plural(len(changed), 'field')}."


def flash_done(words: str, done: Done[Any] | None) -> None:
    flash(words if done is None or done.is_confirmed else f"{words} {FOUND_BY_READING}", "ok")
