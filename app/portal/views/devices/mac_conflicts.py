"""Find the device that already has the name or the MAC typed into a form, as far as its reader may see."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import url_for

from app.portal.api.errors import ApiConflict, ApiError, ApiRefused, ApiUnavailable
from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.forms.device import DeviceForm
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.services.devices.mac_lookup import MacConflict
from app.portal.web.services import services
from app.portal.web.session import current_user

_TAKEN_ELSEWHERE = "Already in use."


@dataclass(frozen=True)
class ConflictingDevice:
    """A device that a form links to. `elsewhere` is its group if that is another one.

    `is_named` where the words of the platform name it already.
    """

    device_name: str
    url: str
    elsewhere: GroupRef | None = None
    is_named: bool = False


Conflicts = Mapping[str, ConflictingDevice]  # by field


def check_field(form: DeviceForm, name: str, group: GroupRef, device: str) -> Conflicts:
    """Add an error to a field whose value another device has; at most one call beside the list.

    `device` is the one that the form edits, "" for a new one.
    """
    conflicts = _conflicts_in_group(form, {name}, group, device)
    digits = mac.parse(form[name].data or "") if name == "mac_address" else None
    if digits and not conflicts and current_user().may(Permission.DEVICE_SEARCH):
        conflicts = _conflicts_of_mac(services().mac_lookup.find_by_search(digits, MacConflict(device, group)), group)
    _add_errors(form, conflicts)
    return conflicts


def find_conflicts(form: DeviceForm, error: ApiError, group: GroupRef, device: str) -> Conflicts:
    """Add errors to the fields whose values another device has, once the platform refused them."""
    is_mac_refused = "mac_address" in form and bool(form.mac_address.errors)
    if not (isinstance(error, ApiConflict) or is_mac_refused):
        return {}
    conflicts = dict(_conflicts_in_group(form, EDITABLE_FIELDS.keys(), group, device))
    digits = mac.parse(form.data.get("mac_address") or "")
    if digits and "mac_address" not in conflicts and (is_mac_refused or form.form_errors):
        conflict = _find_elsewhere(digits, group, device, str(error))
        conflicts |= _conflicts_of_mac(conflict, group, str(error))
    _add_errors(form, conflicts)
    return conflicts


def _conflicts_in_group(form: DeviceForm, names: Iterable[str], group: GroupRef, device: str) -> Conflicts:
    unique = [field for field in form.device_fields() if field.duplicate and field.name in names]
    values = {field.name: field.from_text(form[field.name].data or "") for field in unique}
    conflicts = {}
    if any(values.values()):
        with suppress(ApiRefused, ApiUnavailable):  # the backend has the last word anyway
            for row in services().devices.list(group).rows:
                for name, value in values.items():
                    if (
                        value
                        and getattr(row, name) == value
                        and row.device_name != device
                        and not row.unlinkable_reason
                    ):
                        conflicts[name] = ConflictingDevice(row.device_name, _device_url(group, row.device_name))
    return conflicts


def find_mac_holder(group: GroupRef, device: str, digits: str) -> ConflictingDevice | None:
    """Return the other device of the group that has this MAC, as far as the list of the group tells."""
    with suppress(ApiRefused, ApiUnavailable):
        for row in services().devices.list(group).rows:
            if row.mac_address == digits and row.device_name != device and not row.unlinkable_reason:
                return ConflictingDevice(row.device_name, _device_url(group, row.device_name))
    return None


def _find_elsewhere(digits: str, group: GroupRef, device: str, message: str) -> MacConflict | None:
    user = current_user()
    if user.may(Permission.DEVICE_SEARCH):
        return services().mac_lookup.find_by_search(digits, MacConflict(device, group))
    if user.role is Role.TENANT_ADMIN:  # for whom the platform has no search
        return services().mac_lookup.find_in_lists(digits, group, message)
    return None


def _conflicts_of_mac(conflict: MacConflict | None, group: GroupRef, message: str = "") -> Conflicts:
    if conflict is None:
        return {}
    name, other = conflict.device_name, conflict.group
    return {
        "mac_address": ConflictingDevice(
            name,
            _device_url(other, name),
            elsewhere=None if other == group else other,
            is_named=all(_has_word(message, word) for word in (name, other.group_id, other.tenant_id)),
        )
    }


def _has_word(text: str, word: str) -> bool:
    """Return True if the word stands by itself: a short name is a part of many words."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _add_errors(form: DeviceForm, conflicts: Conflicts) -> None:
    for name, conflict in conflicts.items():
        error = _TAKEN_ELSEWHERE if conflict.elsewhere else EDITABLE_FIELDS[name].duplicate
        form[name].errors = form[name].errors or [error]


def _device_url(group: GroupRef, device: str) -> str:
    return url_for(".show", tenant=group.tenant_id, group=group.group_id, device=device)
