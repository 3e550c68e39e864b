"""Who has the name or the MAC already that is typed into a device's form, as far as its typist may see."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import g, url_for

from app.portal.api.errors import ApiConflict, ApiError, ApiForbidden, ApiNotFound, ApiUnavailable
from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission, Role
from app.portal.forms.device import DeviceForm
from app.portal.services.devices.mac_lookup import MacConflict
from app.portal.web.services import services
from app.portal.web.session import current_user

_TAKEN = {
    "device_name": "A device of this group is called like this.",
    "mac_address": "Another device of this group has it. Remove it there first, or check the sticker.",
}
_TAKEN_ELSEWHERE = "Already taken."


@dataclass(frozen=True)
class Holder:
    """`elsewhere` is the other group that it is in, if it is in one; `is_told` where the platform's words say so."""

    device_name: str
    url: str
    elsewhere: GroupRef | None = None
    is_told: bool = False


Holders = Mapping[str, Holder]


def check_field(form: DeviceForm, name: str, device: str) -> Holders:
    """Say at a field, while it is typed, that another device has its value; at most one call beside the list."""
    if name not in _TAKEN:
        return {}
    holders = _in_this_group({name: form[name].data}, device)
    digits = mac.parse(form[name].data or "") if name == "mac_address" else None
    if digits and not holders and current_user().may(Permission.DEVICE_SEARCH):
        holders = _as_holders(services().mac_lookup.by_search(digits, MacConflict(device, g.group_ref)))
    _say_taken(form, holders)
    return holders


def find_conflicts(form: DeviceForm, error: ApiError, device: str) -> Holders:
    """Say at the fields, beside the platform's words, which other devices are in the way."""
    at_mac = "mac_address" in form and bool(form.mac_address.errors)
    if not (isinstance(error, ApiConflict) or at_mac):
        return {}
    holders = dict(_in_this_group(form.data, device))
    digits = mac.parse(form.data.get("mac_address") or "")
    if digits and "mac_address" not in holders and (at_mac or form.form_errors):
        holders |= _as_holders(_elsewhere(digits, device, str(error)), str(error))
    _say_taken(form, holders)
    return holders


def _in_this_group(typed: Mapping[str, str | None], but: str) -> Holders:
    """By field, another device of this group that has the same name or MAC."""
    sought = {"device_name": typed.get("device_name"), "mac_address": mac.parse(typed.get("mac_address") or "")}
    found = {}
    with suppress(ApiForbidden, ApiNotFound, ApiUnavailable):  # the backend has the last word anyway
        for row in services().devices.list(g.group_ref).value.rows:
            for name, value in sought.items():
                if value and getattr(row, name) == value and row.device_name != but and not row.unlinkable_reason:
                    found[name] = Holder(row.device_name, _url(row.device_name, g.group_ref))
    return found


def _elsewhere(digits: str, device: str, said: str) -> MacConflict | None:
    user = current_user()
    if user.may(Permission.DEVICE_SEARCH):
        return services().mac_lookup.by_search(digits, MacConflict(device, g.group_ref))
    if user.role is Role.TENANT_ADMIN:  # for whom the platform has no search
        return services().mac_lookup.by_lists(digits, g.group_ref, said)
    return None


def _as_holders(found: MacConflict | None, said: str = "") -> Holders:
    if found is None:
        return {}
    group_ref = found.group
    elsewhere = None if group_ref == g.group_ref else group_ref
    is_told = all(_names(said, name) for name in (found.device_name, group_ref.group_id, group_ref.tenant_id))
    return {"mac_address": Holder(found.device_name, _url(found.device_name, group_ref), elsewhere, is_told)}


def _names(words: str, name: str) -> bool:
    """Whether it stands there by itself: a short name is a part of many words."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _say_taken(form: DeviceForm, holders: Holders) -> None:
    for name, holder in holders.items():
        form[name].errors = form[name].errors or [_TAKEN_ELSEWHERE if holder.elsewhere else _TAKEN[name]]


def _url(device: str, group_ref: GroupRef) -> str:
    return url_for(".show", tenant=group_ref.tenant_id, group=group_ref.group_id, device=device)
