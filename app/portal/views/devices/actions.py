"""Delete and reboot a device."""

from datetime import timedelta

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from app.portal.api.errors import ApiRefused
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission
from app.portal.domain.step_up import StepUp
from app.portal.domain.text import as_sentence
from app.portal.forms.decisions import ConfirmForm, DeleteForm
from app.portal.services.changes.executor import NoteTooLong
from app.portal.services.devices.rebooting import follow
from app.portal.services.parts import read_part
from app.portal.services.side_by_side import DeviceRead
from app.portal.views.device_page import read_device
from app.portal.views.devices.blueprint import blueprint
from app.portal.views.devices.reading import overview_context
from app.portal.web import errors, htmx
from app.portal.web.access import requires
from app.portal.web.context import portal
from app.portal.web.list_context import list_url
from app.portal.web.services import reads, services
from app.portal.web.sign_in_redirect import draft_fields, was_unsent
from app.portal.web.urls import datetime_arg
from app.portal.web.waiting import reload_without_script

_LOOK_EVERY = 5  # seconds, at a device that is rebooting


@blueprint.route("/<name:device>/delete", methods=["GET", "POST"])
@requires(Permission.DEVICE_DELETE, step_up=StepUp.DELETE)
@reads(DeviceRead.DETAIL, DeviceRead.LINES)
def delete(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    if request.method == "POST" and services().devices.was_deleted_before(group_ref, device):
        return _go_to_list(group_ref, device)  # the device that the second of two clicks asks for is gone
    access_device = read_device(group_ref, device)
    users = read_part(lambda: services().lines.get(group_ref, device))  # it must not keep anybody from acting
    draft = draft_fields()
    form = DeleteForm(device, draft)
    is_in_use = bool(users.value and users.value.users)
    can_delete = not is_in_use or services().devices.can_delete_in_use()
    if not (is_in_use and can_delete):
        del form.confirm_name
    refused = None
    if can_delete and form.validate_on_submit():
        try:
            services().devices.delete(group_ref, device)
        except ApiRefused as error:
            refused = as_sentence(f"The platform did not delete the device: {error}")
            can_delete = not is_in_use or services().devices.can_delete_in_use()
        except NoteTooLong as error:
            refused = str(error)
        else:
            return _go_to_list(group_ref, device)
    return htmx.render(
        "devices/delete.html",
        "devices/_delete.html",
        status=422 if request.method == "POST" else 200,
        can_delete=can_delete,
        device=access_device,
        users=users.value,
        users_failure=errors.describe_part(users.failure) if users.failure else "",
        form=form,
        refused=refused,
        is_draft=was_unsent(),
    )


@blueprint.route("/<name:device>/reboot", methods=["GET", "POST"])
@requires(Permission.DEVICE_REBOOT)
@reads(DeviceRead.DETAIL, DeviceRead.LINES)
def reboot(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    access_device = read_device(group_ref, device)
    users = read_part(lambda: services().lines.get(group_ref, device))
    form = ConfirmForm()
    refused = None
    if form.validate_on_submit():
        try:
            services().devices.reboot(group_ref, device)
        except ApiRefused as error:
            refused = as_sentence(f"The platform did not accept the reboot: {error}")
        except NoteTooLong as error:
            refused = str(error)
        else:
            return htmx.go(url_for(".rebooting", tenant=tenant, group=group, device=device))
    return htmx.render(
        "devices/reboot.html",
        "devices/_reboot.html",
        status=422 if refused else 200,
        device=access_device,
        can_be_rebooted=services().devices.can_reboot(access_device.device_type),
        users=users.value,
        users_failure=errors.describe_part(users.failure) if users.failure else "",
        form=form,
        refused=refused,
        is_draft=was_unsent(),
    )


@blueprint.post("/<name:device>/reboot/mark")
@requires(Permission.DEVICE_REBOOT)
@reads(DeviceRead.DETAIL)
def mark_rebooted(tenant: str, group: str, device: str) -> ResponseReturnValue:
    """Note that somebody restarted the phone by hand. Nothing is sent."""
    group_ref = GroupRef(tenant, group)
    read_device(group_ref, device)
    if services().device_history.mark_rebooted(group_ref, device):
        flash(f"{device} marked as rebooted.", "ok")
    return htmx.go(url_for(".show", tenant=tenant, group=group, device=device))


@blueprint.get("/<name:device>/reboot/progress")
@requires(Permission.DEVICE_VIEW, extends_session=False)
def rebooting(tenant: str, group: str, device: str) -> ResponseReturnValue:
    group_ref = GroupRef(tenant, group)
    last_reboot = services().device_history.last_reboot(group_ref, device)
    access_device = read_device(group_ref, device)
    if last_reboot is None:
        return htmx.go(url_for(".reboot", tenant=tenant, group=group, device=device))
    now = portal().now()
    was_online = last_reboot.before.get("status") == "Online"
    away_at = datetime_arg("away_at")
    if away_at is None and was_online and access_device.status != "Online":
        away_at = now
    patience = timedelta(seconds=portal().settings.reboot_watch_seconds)
    progress = follow(last_reboot.at, away_at, access_device.status, now, patience, was_online=was_online)
    away = away_at.isoformat(timespec="seconds") if away_at else None
    overview = {} if htmx.wants_fragment() else overview_context(group_ref, access_device)
    look_url = url_for(".rebooting", tenant=tenant, group=group, device=device, away_at=away)
    answer = htmx.render(
        "devices/rebooting.html",
        "devices/_progress.html",
        **{"device": access_device} | overview,
        progress=progress,
        waited=int(progress.waited.total_seconds()),
        limit=int(patience.total_seconds()),
        look_url=look_url,
    )
    if not progress.over:
        reload_without_script(answer, _LOOK_EVERY, look_url)
    return answer


def _go_to_list(group: GroupRef, device: str) -> ResponseReturnValue:
    flash(f"{device} deleted.", "ok")
    return htmx.go(list_url(group))
