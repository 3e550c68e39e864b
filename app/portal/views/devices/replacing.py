"""Put another phone in the place of a device's phone."""

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiError, ApiRefused
from app.portal.domain import mac
from app.portal.domain.audit import Action
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.text import as_sentence
from app.portal.forms.device import OpenedDevice
from app.portal.forms.replacement import SPARE, ReplacementForm
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.services.changes.executor import ChangeNotSent, EditConflict, OutcomeUnknown
from app.portal.services.devices.merging import find_field_conflicts
from app.portal.services.devices.replacing import Replaced, Replacement, StepError, replace_phone, spare_fields
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.services.tags.levels import LevelName
from app.portal.views.device_page import device_page_context, read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.changing import add_errors, device_url, flash_done, keep_opened, read_opened
from app.portal.views.devices.mac_changes import find_doubt
from app.portal.views.devices.mac_conflicts import Conflicts
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.errors import describe_part
from app.portal.web.services import reads, services
from app.portal.web.session import current_user
from app.portal.web.sign_in_redirect import draft_fields

_READS = (DeviceRead.DETAIL, DeviceRead.LINES, DeviceRead.FILES, DeviceRead.TAGS, DeviceRead.PHONE_TYPES)


@blueprint.route("/<name:device>/replace", methods=["GET", "POST"])
@requires(Permission.DEVICE_EDIT)
@reads(*_READS)
def replace(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    now = read_device(group_ref, device)
    form, opened = _open_form(now)
    if not form.validate_on_submit() or "mac_address" not in form:
        return _render(group_ref, form, now, 422 if request.method == "POST" else 200)
    if doubt := find_doubt(form, opened, group_ref, device):
        return _render(group_ref, form, now, mac_change=doubt)
    keeps_spare = "old_phone" in form and form.old_phone.data == SPARE
    replacement = Replacement(
        opened.fields,
        form.values(),
        spare_fields(now.device_type, opened.fields) if keeps_spare else None,
        reboots="reboot" in form and form.reboot.data,
    )
    try:
        replaced = replace_phone(services().devices, group_ref, device, replacement)
    except EditConflict as conflict:
        return _render_conflict(group_ref, form, opened, conflict.now)
    except ChangeNotSent as error:
        form.form_errors.append(str(error))
    except OutcomeUnknown as error:
        form.form_errors.append(f"{_describe(error)} Nothing else was sent{_name_steps(replacement)}.")
        return _render(group_ref, form, now, 503)
    except ApiRefused as error:
        return _render(group_ref, form, now, 422, conflicts=add_errors(form, error, group_ref, device))
    else:
        return _go_on(group_ref, device, replacement, replaced)
    return _render(group_ref, form, now, 422)


def _open_form(now: AccessDevice) -> tuple[ReplacementForm, OpenedDevice]:
    """Return the form, with what the device's type has, and the device as it was when the form was opened."""
    draft = draft_fields()
    formdata = request.form if request.method == "POST" else draft or None
    form = ReplacementForm(formdata=formdata)
    form.follow((read_part(services().phone_types.by_name).value or {}).get(now.device_type), now)
    opened = keep_opened(form, read_opened(formdata or {}, now))
    if not all(isinstance(value, str) for value in opened.fields.values()):
        abort(400)
    form.old_mac = opened.fields.get("mac_address", "")
    if not (form.old_mac and current_user().may(Permission.DEVICE_CREATE)):
        del form.old_phone
    if not services().devices.can_reboot(now.device_type):
        del form.reboot
    return form, opened


def _render(
    group: GroupRef,
    form: ReplacementForm,
    now: AccessDevice,
    status: int = 200,
    conflicts: Conflicts | None = None,
    **context: Any,
) -> ResponseReturnValue:
    form.show_hints(now.device_type)
    name = now.device_name
    users = read_part(lambda: services().lines.get(group, name))
    files = read_part(lambda: services().config_files.list_with_details(group, name)).value
    tags = read_part(lambda: services().tags.resolution(group, now)).value
    return htmx.render(
        "devices/replace.html",
        status=status,
        **device_page_context(group, now),
        **{"mac_change": None, "changed": (), "saved": None, **context},
        form=form,
        conflicts=conflicts or {},
        users=users.value,
        users_failure=describe_part(users.failure) if users.failure else "",
        files=files,
        own_tags=None if tags is None else sum(tag.level == LevelName.DEVICE for tag in tags.tags),
        device_type=now.device_type,
        fields=EDITABLE_FIELDS,
        is_draft=bool(draft_fields()),
    )


def _render_conflict(
    group: GroupRef, form: ReplacementForm, opened: OpenedDevice, now: AccessDevice
) -> ResponseReturnValue:
    """Show the form again beside what somebody else changed; it is measured against that from now on."""
    name = now.device_name
    values_now = {key: getattr(now, key) for key in opened.fields}
    rows = find_field_conflicts(opened.fields, values_now, form.values())
    if not rows:
        flash(f"{name} was given this phone by someone else. Nothing was sent.", "ok")
        return htmx.go(device_url(group, name))
    form.opened.data = OpenedDevice(portal().now(), values_now, now.device_type).to_json()
    form.old_mac = values_now.get("mac_address", "")
    saved = services().device_history.last_saved_since(opened.at, group, name, Action.EDIT)
    return _render(group, form, now, 409, changed=[row for row in rows if row.now != row.opened], saved=saved)


def _go_on(group: GroupRef, device: str, replacement: Replacement, replaced: Replaced) -> ResponseReturnValue:
    """Say what was done and what was not, and follow the reboot."""
    flash_done(f"{device} has the MAC address {mac.with_colons(replacement.wanted['mac_address'])} now.", replaced.done)
    if replacement.spare:
        name, error = replacement.spare["device_name"], replaced.spare_error
        if error:
            flash(f"The old phone was not added as “{name}”. {_describe(error)}", "warn")
        else:
            flash(f"{name} added for the old phone.", "ok")
    if replaced.reboot_error:
        result = "confirmed" if isinstance(replaced.reboot_error, OutcomeUnknown) else "requested"
        flash(f"The reboot was not {result}. {_describe(replaced.reboot_error)}", "warn")
    if replacement.reboots and not replaced.reboot_error:
        return htmx.go(url_for(".rebooting", tenant=group.tenant_id, group=group.group_id, device=device))
    return htmx.go(device_url(group, device))


def _name_steps(replacement: Replacement) -> str:
    """Return in words the steps that come after the change of the device."""
    spare = f"“{replacement.spare['device_name']}” was not added" if replacement.spare else ""
    return " and ".join(filter(None, [spare, "no reboot was requested" if replacement.reboots else ""]))


def _describe(error: StepError) -> str:
    match error:
        case OutcomeUnknown():
            return f"The platform did not confirm it: {error.cause.cause}. Check the device before trying again."
        case ApiError():
            return describe_part(error)
        case _:
            return as_sentence(str(error))
