"""Creating and editing a device."""

from typing import Any

import msgspec
from flask import abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.portal.api.errors import ApiConflict, ApiError, ApiInvalid
from app.portal.domain.audit import Action
from app.portal.domain.roles import Permission
from app.portal.forms.api_errors import add_api_errors
from app.portal.forms.device import DeviceForm, EditDeviceForm, NewDeviceForm, OpenedDevice, to_inputs
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.models.phone_type import PhoneType
from app.portal.services.changes.executor import ChangeInProgress, Done, EditConflict
from app.portal.services.devices.merging import Kind, differences
from app.portal.services.masking import SECRETS
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.mac_conflicts import Holders, find_conflicts
from app.portal.web import htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.services import services
from app.portal.web.sign_in_redirect import draft_fields

NOTHING_DIFFERENT = "Nothing was different, so nothing was sent."
FOUND_BY_READING = "The answer got lost on the way, but reading the device again shows it."


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DEVICE_CREATE)
def new(tenant: str, group: str) -> ResponseReturnValue:
    types = _types()
    kept = draft_fields()
    typed = request.form if request.method == "POST" else kept
    asked = request.args.get("device_type", request.args.get("type", ""))  # by the form's own choice, or by a link
    form = NewDeviceForm(formdata=typed, device_type=asked)
    form.offer(types)
    phone_type = types.get(form.device_type.data or "")
    form.follow(phone_type)
    holders: Holders = {}
    if form.validate_on_submit():
        try:
            done = services().devices.create(g.group_ref, form.values())
        except (ApiInvalid, ApiConflict) as error:
            holders = _refused(form, error)
        else:
            _tell(f"{form.device_name.data} is added.", done)
            return htmx.go(_device_url(form.device_name.data or ""))
    form.show_hints()
    return htmx.render(
        "devices/new.html",
        "devices/_form.html",
        status=422 if form.errors else 200,
        form=form,
        phone_type=phone_type,
        phone_types=types,
        kept=kept is not None,
        holders=holders,
        cancel_url=url_for(".index", tenant=tenant, group=group),
    )


@blueprint.route("/<name:device>/edit", methods=["GET", "POST"])
@requires(Permission.DEVICE_EDIT)
def edit(tenant: str, group: str, device: str) -> ResponseReturnValue:
    now = services().devices.get(g.group_ref, device)
    phone_type = _types().get(now.device_type)
    kept = draft_fields()
    typed = _merged(request.form, now) if request.method == "POST" else kept
    form = EditDeviceForm(formdata=typed, data=to_inputs(now))
    form.follow(phone_type, now)
    opened = _opened(form, now)
    holders: Holders = {}
    if form.validate_on_submit():
        try:
            done = services().devices.update(g.group_ref, device, opened.fields, form.values())
        except EditConflict as changed:
            return _merge(form, opened, changed.now)
        except ChangeInProgress as other:
            form.form_errors.append(str(other))
        except (ApiInvalid, ApiConflict) as error:
            holders = _refused(form, error, device)
        else:
            _tell(f"{device} is saved." if done else NOTHING_DIFFERENT, done)
            return htmx.go(_device_url(device))
    form.show_hints()
    return htmx.render(
        "devices/edit.html",
        status=422 if form.errors else 200,
        form=form,
        device_name=device,
        phone_type=phone_type,
        kept=kept is not None,
        holders=holders,
        cancel_url=_device_url(device),
    )


def _refused(form: DeviceForm, error: ApiError, device: str = "") -> Holders:
    add_api_errors(form, error)
    return find_conflicts(form, error, device)


def _opened(form: EditDeviceForm, now: AccessDevice) -> OpenedDevice:
    """How the device was when the form was opened: what the form says, or now if it is just being opened."""
    opened = OpenedDevice(portal().now(), {})
    if form.opened.data:
        try:
            opened = msgspec.json.decode(form.opened.data, type=OpenedDevice)
        except msgspec.DecodeError:
            abort(400)
    # A field that came or went since is not what this form is about.
    fields = {name: opened.fields.get(name, value) for name, value in _fields(form, now).items()}
    opened = msgspec.structs.replace(opened, fields=fields)
    form.opened.data = msgspec.json.encode(opened).decode()
    return opened


def _fields(form: EditDeviceForm, device: AccessDevice) -> dict[str, Any]:
    return {field.name: getattr(device, field.name) for field in form.device_fields() if not field.is_secret}


def _merge(form: EditDeviceForm, opened: OpenedDevice, now: AccessDevice) -> ResponseReturnValue:
    """Show what was opened, what is now and what is wanted; nothing was sent."""
    fields_now = _fields(form, now)
    rows = differences(opened.fields, fields_now, form.values())
    if not rows and not SECRETS & form.values().keys():  # both made the same change
        _tell(NOTHING_DIFFERENT, None)
        return htmx.go(_device_url(now.device_name))
    theirs = {row.name for row in rows if row.kind is Kind.THEIRS}
    typed_now = to_inputs(now)
    hidden = {name: typed_now[name] if name in theirs else form[name].data for name in fields_now}
    hidden["opened"] = msgspec.json.encode(OpenedDevice(portal().now(), fields_now)).decode()
    return htmx.render(
        "devices/merge.html",
        status=409,
        device_name=now.device_name,
        rows=rows,
        fields=EDITABLE_FIELDS,
        hidden=list(hidden.items()),
        opened_at=opened.at,
        saved=services().device_history.last_saved_since(opened.at, g.group_ref, now.device_name, Action.EDIT),
        same_count=len(fields_now) - len(rows),
        ask_password="password" in form and bool(form.password.data),
        action=url_for(".edit", tenant=g.group_ref.tenant_id, group=g.group_ref.group_id, device=now.device_name),
        cancel_url=_device_url(now.device_name),
    )


def _merged(typed: MultiDict[str, str], now: AccessDevice) -> MultiDict[str, str]:
    """What was typed, with the fields of a merge page that are to stay as they are now."""
    merged = typed.copy()
    for name, value in to_inputs(now).items():
        if typed.get(f"keep-{name}") == "now":
            merged[name] = value
    return merged


def _types() -> dict[str, PhoneType]:
    return {each.technical_name: each for each in services().phone_types.all()}


def _device_url(device: str) -> str:
    return url_for(".show", tenant=g.group_ref.tenant_id, group=g.group_ref.group_id, device=device)


def _tell(words: str, done: Done[Any] | None) -> None:
    flash(words if done is None or done.answer is not None else f"{words} {FOUND_BY_READING}", "ok")
