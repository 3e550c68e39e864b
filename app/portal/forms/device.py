"""A device as a form: which fields a type has, what may be typed into them, what is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Optional, StopValidation
from wtforms.widgets import TextArea

from app.portal.domain.checks import check_one_line
from app.portal.domain.text import REPLACEMENT, as_form_returns, replace_unprintable
from app.portal.domain.vendors import find_other_vendor
from app.portal.forms.checks import MaxCharacters, one_line, tidy, validator
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.models.device_field import EditableField, Section, by_section
from app.portal.models.phone_type import Need, PhoneType

_MAX_TYPE_LENGTH = 80  # generous: the platform judges


class OpenedDevice(msgspec.Struct, frozen=True):
    """A device as it was when its form was opened; what somebody else changed since is measured against it."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    fields: dict[str, Any]
    device_type: str = ""

    def to_json(self) -> str:
        """Return it in ASCII: a page would not give every other character back as it is."""
        return json.dumps(msgspec.to_builtins(self))


class DeviceForm(FlaskForm):  # type: ignore[misc]  # published without types
    """The part that both forms share; `follow` leaves the fields that one type has."""

    _opened: Mapping[str, Any] = {}
    _present: Mapping[str, str] = {}

    def device_fields(self) -> Iterator[EditableField]:
        """Yield the fields of a device that this form has, whatever is typed into them."""
        return (EDITABLE_FIELDS[control.name] for control in self if control.name in EDITABLE_FIELDS)

    def sections(self) -> Mapping[Section, Sequence[EditableField]]:
        return by_section(self.device_fields())

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid: bool = super().validate(extra_validators)
        return self._has_whole_credentials() and is_valid

    def follow(
        self,
        phone_type: PhoneType | None,
        device: AccessDevice | None = None,
        opened: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Leave out what the type does not have, unless the device has it; ask for what a new one must have.

        `opened`: the values that the form began with, by field. Those that stay are neither judged nor sent.
        """
        self._opened, self._present = opened, to_inputs(opened)
        for field in list(self.device_fields()):
            control, need, present = self[field.name], field.need_of(phone_type), self._present.get(field.name)
            if need is Need.NO and not getattr(device, field.name, None):
                del self[field.name]
            elif phone_type and need is Need.MANDATORY and device is None:
                required = DataRequired(field.missing_in(phone_type))
                control.validators = [
                    required,
                    *(other for other in control.validators if not isinstance(other, Optional)),
                ]
                control.flags.required = True
            elif field.options and present is not None and present not in field.options:
                control.choices = {present: present or "Not set", **field.options}  # saving another field keeps it
            if field.name in self._present:
                control.validators = [self._skip_unchanged, self._refuse_replaced, *control.validators]

    def required_labels(self, phone_type: PhoneType) -> Sequence[str]:
        """Return the labels of what people must fill in for a new device of a type."""
        return [
            field.label
            for field in EDITABLE_FIELDS.values()
            if (field.required and not field.default and not field.options_vary)
            or (field.need_of(phone_type) is Need.MANDATORY and not field.is_choice)
        ]

    def show_hints(self, device_type: str) -> None:
        """Write each value in the one notation that the portal shows, and say what is known of it."""
        for field in self.device_fields():
            control = self[field.name]
            if isinstance(control, StringField) and (count := len((control.data or "").splitlines())) > 1:
                control.widget = TextArea()  # a field of one line would lose the line breaks
                control.render_kw = {**(control.render_kw or {}), "rows": str(min(count, 8))}
            if field.format:
                control.data = field.format(control.data or "")
            if field.hint and (hint := field.hint(control.data or "")):
                control.description = hint
            if field.name == "mac_address" and find_other_vendor(device_type, control.data or ""):
                control.description += f". This vendor does not fit the device type {device_type}."

    def _has_whole_credentials(self) -> bool:
        """Require a user name and a password together; what a device has of them already is left as it is."""
        names = ("use_custom_user_name_password", "user_name", "password")
        if not all(name in self for name in names):
            return True
        own, user_name, password = (self[name] for name in names)
        is_unchanged = all(self._present.get(name) == self[name].data for name in names[:2])
        if (is_unchanged and not password.data) or not (own.data == "true" or user_name.data or password.data):
            return True
        if not user_name.data:
            user_name.errors = [*user_name.errors, "Enter the user name that goes with the password."]
        if not password.data and not self._present.get("user_name"):
            password.errors = [*password.errors, "Enter the password that goes with the user name."]
        return not (user_name.errors or password.errors)

    def values(self) -> dict[str, Any]:
        """Return what was typed, by field; "" and None for what was left empty, but for secrets."""
        typed = ((field, self[field.name].data) for field in self.device_fields())
        return {
            field.name: self._opened[field.name] if self._is_unchanged(field.name) else field.from_text(text)
            for field, text in typed
            if text or not field.is_secret
        }

    def _is_unchanged(self, name: str) -> bool:
        present, data = self._present.get(name), self[name].data
        return None not in (present, data) and as_form_returns(data) == as_form_returns(present or "")

    def _skip_unchanged(self, _form: Form, control: Field) -> None:
        """Judge only what was typed: what the device has already was accepted by the platform."""
        if self._is_unchanged(control.name):
            raise StopValidation

    def _refuse_replaced(self, _form: Form, control: Field) -> None:
        """Refuse to save what stands in the page for characters that no page can show."""
        present = self._present[control.name]
        if REPLACEMENT in (control.data or "") and replace_unprintable(present) != present:
            raise StopValidation("This text has a character that the page cannot show. Enter the whole text again.")


class NewDeviceForm(DeviceForm):
    def offer(self, phone_types: Mapping[str, PhoneType]) -> None:
        """Offer the known types, and the chosen one: not every backend lists all that it knows."""
        chosen = self.device_type.data = tidy(self.device_type.data)
        is_usable = len(chosen) <= _MAX_TYPE_LENGTH and check_one_line(chosen) is None
        names = [*phone_types, *([chosen] if chosen and is_usable and chosen not in phone_types else [])]
        self.device_type.choices = {"": "Choose…"} | {name: name for name in names}


class EditDeviceForm(DeviceForm):
    opened = HiddenField()


def read_values(device: AccessDevice) -> dict[str, Any]:
    """Return the values of a device that people can edit and read."""
    return {name: getattr(device, name) for name, field in EDITABLE_FIELDS.items() if not field.is_secret}


def copy_values(device: AccessDevice) -> dict[str, Any]:
    """Return the values of a device that another one may begin with."""
    return {name: value for name, value in read_values(device).items() if not EDITABLE_FIELDS[name].is_own}


def to_inputs(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a device as its form shows them."""
    return {name: EDITABLE_FIELDS[name].to_input(value) for name, value in values.items()}


def make_control(field: EditableField) -> Any:
    """Return the form field of a field of a device."""
    given: dict[str, Any] = {"label": field.label, "description": field.help, "default": field.default}
    validators: list[Any] = [DataRequired(field.required)] if field.required else []
    if field.is_choice:
        kind = RadioField if field.is_yes_or_no else SelectField
        return kind(**given, validators=validators, choices=dict(field.options))
    validators = validators or [Optional()]
    if field.max_length:
        validators.append(MaxCharacters(field.max_length))
    if field.is_secret:
        return PasswordField(**given, validators=validators, render_kw={"autocomplete": "new-password"})
    validators += [one_line, *([validator(field.check)] if field.check else [])]
    return StringField(**given, validators=validators, filters=[tidy], render_kw=_attributes(field))


def _attributes(field: EditableField) -> dict[str, str]:
    attributes = {"autocomplete": "off"}
    if field.is_code:
        attributes |= {"class": "mono", "spellcheck": "false", "autocapitalize": "none"}
    if field.type is not str:
        attributes |= {"inputmode": "numeric"}
    return attributes


for _field in EDITABLE_FIELDS.values():
    setattr(NewDeviceForm, _field.name, make_control(_field))
    if not _field.is_fixed:
        setattr(EditDeviceForm, _field.name, make_control(_field))
