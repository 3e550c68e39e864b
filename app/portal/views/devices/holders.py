"""Who has the name or the MAC already that is typed into a device's form, as far as its typist may see."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from flask import g, url_for

from app.portal import mac
from app.portal.access import Permission, Role
from app.portal.api.errors import ApiConflict, ApiError, ApiForbidden, ApiNotFound, ApiUnavailable
from app.portal.forms.device import DeviceForm
from app.portal.identity import services, the_person
from app.portal.places import Place
from app.portal.services.mac_holders import MacHolder

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
    elsewhere: Place | None = None
    is_told: bool = False


Holders = Mapping[str, Holder]


def told_of_field(form: DeviceForm, name: str, device: str) -> Holders:
    """Say at a field, while it is typed, that another device has its value; at most one call beside the list."""
    if name not in _TAKEN:
        return {}
    holders = _in_this_group({name: form[name].data}, device)
    digits = mac.parse(form[name].data or "") if name == "mac_address" else None
    if digits and not holders and the_person().may(Permission.DEVICE_SEARCH):
        holders = _as_holders(services().mac_holders.by_search(digits, MacHolder(device, g.place)))
    _say_taken(form, holders)
    return holders


def told_of_refusal(form: DeviceForm, error: ApiError, device: str) -> Holders:
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
        for row in services().devices.list(g.place).value.rows:
            for name, value in sought.items():
                if value and getattr(row, name) == value and row.device_name != but and not row.why_no_page:
                    found[name] = Holder(row.device_name, _url(row.device_name, g.place))
    return found


def _elsewhere(digits: str, device: str, said: str) -> MacHolder | None:
    me = the_person()
    if me.may(Permission.DEVICE_SEARCH):
        return services().mac_holders.by_search(digits, MacHolder(device, g.place))
    if me.role is Role.TENANT_ADMIN:  # for whom the platform has no search
        return services().mac_holders.by_lists(digits, g.place, said)
    return None


def _as_holders(found: MacHolder | None, said: str = "") -> Holders:
    if found is None:
        return {}
    place = found.place
    elsewhere = None if place == g.place else place
    is_told = all(_names(said, name) for name in (found.device_name, place.group_id, place.tenant_id))
    return {"mac_address": Holder(found.device_name, _url(found.device_name, place), elsewhere, is_told)}


def _names(words: str, name: str) -> bool:
    """Whether it stands there by itself: a short name is a part of many words."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _say_taken(form: DeviceForm, holders: Holders) -> None:
    for name, holder in holders.items():
        form[name].errors = form[name].errors or [_TAKEN_ELSEWHERE if holder.elsewhere else _TAKEN[name]]


def _url(device: str, place: Place) -> str:
    return url_for(".show", tenant=place.tenant_id, group=place.group_id, device=device)
