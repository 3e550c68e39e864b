"""The question before a device gets another MAC: who is hit, and whether serial number and vendor fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from app.portal.domain import mac
from app.portal.domain.refs import GroupRef
from app.portal.domain.vendors import find_other_vendor
from app.portal.forms.device import EditDeviceForm, OpenedDevice
from app.portal.forms.replacement import ReplacementForm
from app.portal.models.connected_user import ConnectedUser
from app.portal.services.parts import read_part
from app.portal.web.errors import describe_part
from app.portal.web.services import services

CONFIRMED_MAC = "confirmed_mac"  # the form field: the MAC that the question was asked about


@dataclass(frozen=True)
class MacChange:
    """A change of the MAC that needs a question.

    `new` is "" where the MAC is removed, `serial_number` the one that would stay.
    `other_vendor`: the vendor of the new MAC, if it is not known to make this type.
    """

    new: str
    users: tuple[ConnectedUser, ...]
    users_failure: str
    serial_number: str
    other_vendor: str | None
    unusual: str | None

    @property
    def is_doubtful(self) -> bool:
        """Return True if the new MAC or the serial number that stays may be a mistake."""
        return bool(self.serial_number or self.other_vendor or self.unusual)


def find_mac_change(form: EditDeviceForm, opened: OpenedDevice, group: GroupRef, device: str) -> MacChange | None:
    """Return the change of the MAC that the form asks for; None if there is none, or nothing to ask about it."""
    values: dict[str, Any] = form.values()
    if _is_confirmed(values):
        return None
    return find_question(group, device, opened.device_type, opened.fields, values)


def find_doubt(form: ReplacementForm, opened: OpenedDevice, group: GroupRef, device: str) -> MacChange | None:
    """Return the change to another phone if something about it may be a mistake; its page names who is hit already."""
    values = form.values()
    if _is_confirmed(values):
        return None
    change = find_question(group, device, opened.device_type, opened.fields, values)
    return change if change and change.is_doubtful else None


def _is_confirmed(values: Mapping[str, Any]) -> bool:
    return request.form.get(CONFIRMED_MAC) == (values.get("mac_address", "") or "none")


def find_question(
    group: GroupRef, device: str, device_type: str, present: Mapping[str, Any], wanted: Mapping[str, Any]
) -> MacChange | None:
    """Return the change of the MAC from the present to the wanted fields; None if there is nothing to ask about it."""
    new, before = wanted.get("mac_address", ""), present.get("mac_address", "")
    if not before or new == before:
        return None
    users = read_part(lambda: services().lines.get(group, device))
    serial_number = wanted.get("serial_number", "")
    change = MacChange(
        new=new,
        users=users.value.users if users.value else (),
        users_failure=describe_part(users.failure) if users.failure else "",
        serial_number=serial_number if serial_number == present.get("serial_number") else "",
        other_vendor=find_other_vendor(device_type, new),
        unusual=mac.describe_unusual(new),
    )
    return change if change.users or change.users_failure or change.is_doubtful else None
