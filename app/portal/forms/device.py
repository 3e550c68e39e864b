"""A device as a form: which fields a type has, what may be typed into them, what is sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.portal.domain import mac
from app.portal.domain.vendors import find_vendor
from app.portal.forms.checks import addressable, host, mac_address, one_line, port, tidy
from app.portal.models.access_device import AccessDevice
from app.portal.models.phone_type import Need, PhoneType

TRANSPORTS = ("Unspecified", "UDP", "TCP", "TLS")


class Opened(msgspec.Struct, frozen=True):
    """A device as it was when its form was opened; what somebody else changed since is measured against it."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    fields: dict[str, Any]


def _text(label: str, most: int, *checks: Any, help: str = "") -> StringField:  # noqa: A002 - what it is
    length = Length(max=most, message=f"Must be at most {most} characters.")
    return StringField(label, [Optional(), length, one_line, *checks], [tidy], description=help)


class _Naming(FlaskForm):  # type: ignore[misc]  # published without types
    """What is said once; declared first, for fields come in the order of their declaration."""

    device_type = SelectField(
        "Type", [InputRequired("Choose the type of the device.")], description="Cannot be changed later."
    )
    device_name = StringField(
        "Name",
        [
            InputRequired("Type a name."),
            Length(max=40, message="Must be at most 40 characters."),
            one_line,
            addressable,
        ],
        [tidy],
        description="Cannot be changed later. Up to 40 characters, unique in the group.",
    )


class DeviceForm(FlaskForm):  # type: ignore[misc]  # published without types
    """The fields of every type; `follow` leaves those that one type has."""

    mac_address = _text("MAC address", 80, mac_address, help="Paste it in any notation.")
    serial_number = _text("Serial number", 80)
    description = _text("Description", 80)
    physical_location = _text("Location", 1024, help="Building, floor, room: whatever helps to find it.")
    protocol = StringField(
        "Protocol",
        [DataRequired("Type the protocol, such as SIP 2.0."), Length(max=20), one_line],
        [tidy],
        default="SIP 2.0",
    )
    net_address = _text("Net address", 80, host)
    net_port = _text("Port", 80, port)
    transport_protocol = SelectField("Transport", choices={each: each for each in TRANSPORTS}, default=TRANSPORTS[0])
    outbound_proxy_server_net_address = _text("Outbound proxy", 80, host)
    stun_server_net_address = _text("STUN server", 80, host)
    use_custom_user_name_password = RadioField(
        "Signs in with",
        choices={"false": "The type’s shared credentials", "true": "Its own user name and password"},
        default="false",
    )
    user_name = _text("User name", 161)
    password = PasswordField("Password", [Optional(), Length(max=60, message="Must be at most 60 characters.")])

    _present: Mapping[str, str] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        each_fits: bool = super().validate(extra_validators)
        return self._credentials_are_whole() and each_fits

    def follow(self, phone_type: PhoneType | None, device: AccessDevice | None = None) -> None:
        """Leave out what the type does not have, unless the device has it; ask for what a new one must have."""
        self._present = typed_as(device) if device else {}
        if device and device.transport_protocol not in TRANSPORTS:  # saving something else must not change it
            present = {device.transport_protocol: device.transport_protocol or "Not set"}
            self.transport_protocol.choices = present | {each: each for each in TRANSPORTS}
        for name, need in _needs(phone_type).items():
            if need is Need.NO and not getattr(device, name, None):
                del self[name]
            elif need is Need.MANDATORY and device is None:
                words = f"A {phone_type.technical_name} needs one." if phone_type else "It is needed."
                self[name].validators = [DataRequired(words), *self[name].validators[1:]]
                self[name].flags.required = True

    def tell_of_mac(self) -> None:
        """Write a MAC in the one notation the portal shows, and say whose it is."""
        if "mac_address" not in self:
            return
        self.mac_address.data = mac.with_colons(self.mac_address.data or "")
        if maker := find_vendor(self.mac_address.data):
            self.mac_address.description = f"Made by {maker}"

    def _credentials_are_whole(self) -> bool:
        """A user name and a password go together; what a device has of them already is its own affair."""
        names = ("use_custom_user_name_password", "user_name", "password")
        if not all(name in self for name in names):
            return True
        own, user_name, password = (self[name] for name in names)
        is_as_before = all(self._present.get(name) == self[name].data for name in names[:2])
        if (is_as_before and not password.data) or not (own.data == "true" or user_name.data or password.data):
            return True
        if not user_name.data:
            user_name.errors = [*user_name.errors, "Type the user name that goes with the password."]
        if not password.data and not self._present.get("user_name"):
            password.errors = [*password.errors, "Type the password that goes with the user name."]
        return not (user_name.errors or password.errors)

    def asked(self) -> list[str]:
        """The fields of AccessDevice, and its password, that this form has, whatever is typed into them."""
        return [field.name for field in self if field.name in _READ]

    def values(self) -> dict[str, Any]:
        """What was typed, as fields of AccessDevice; "" and None for what was left empty."""
        typed = {field.name: field.data for field in self if field.name in _READ}
        return {name: _READ[name](text) for name, text in typed.items() if name != "password" or text}


class NewDeviceForm(_Naming, DeviceForm):
    def offer(self, phone_types: Mapping[str, PhoneType]) -> None:
        self.device_type.choices = {"": "Choose…"} | {name: name for name in phone_types}


# By field of AccessDevice, and its password: what people read beside it.
LABELS: Mapping[str, str] = {
    name: field.args[0]
    for form in (_Naming, DeviceForm)
    for name, field in vars(form).items()
    if isinstance(field, UnboundField)
}


class EditDeviceForm(DeviceForm):
    opened = HiddenField()


def typed_as(device: AccessDevice) -> dict[str, str]:
    """The fields of a device as its form shows them."""
    shown = {name: _typed(getattr(device, name)) for name in _READ if name != "password"}
    return shown | {"mac_address": mac.with_colons(device.mac_address)}


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _needs(phone_type: PhoneType | None) -> Mapping[str, Need]:
    if phone_type is None:
        return {}
    needs = phone_type.needs
    return {
        "mac_address": needs.mac,
        "serial_number": needs.serial_number,
        "net_address": needs.host,
        "net_port": needs.port,
        "use_custom_user_name_password": needs.login,
        "user_name": needs.login,
        "password": needs.login,
    }


def _same(text: str) -> str:
    return text


_READ: Mapping[str, Callable[[str], Any]] = {
    "device_type": _same,
    "device_name": _same,
    "mac_address": lambda text: mac.parse(text) or "",
    "serial_number": _same,
    "description": _same,
    "physical_location": _same,
    "protocol": _same,
    "net_address": _same,
    "net_port": lambda text: int(text) if text else None,
    "transport_protocol": _same,
    "outbound_proxy_server_net_address": _same,
    "stun_server_net_address": _same,
    "use_custom_user_name_password": lambda text: text == "true",
    "user_name": _same,
    "password": _same,
}
