"""The plans of what is done to many devices."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field as Control
from wtforms import FileField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired

from app.portal.domain import names
from app.portal.forms.checks import MaxCharacters, one_line, tidy, validator
from app.portal.forms.device import make_control
from app.portal.models.access_device import EDITABLE_FIELDS
from app.portal.models.device_field import EditableField, Section, by_section

FIELDS_FOR_MANY = {name: declared for name, declared in EDITABLE_FIELDS.items() if declared.suits_many}
_LONGEST_FORMAT = 255  # characters
_DO = "_do"  # behind the name of a field


class FieldChoice(StrEnum):
    KEEP = "keep"
    SET = "set"
    CLEAR = "clear"


class EditManyForm(FlaskForm):  # type: ignore[misc]  # published without types
    """Each field is kept, set or cleared: `<field>_do` says which, `<field>` what it is set to."""

    def __init__(self, formdata: Any, planned: Mapping[str, Any]) -> None:
        """`planned` are the values that the job has to set so far; a secret among them is not shown."""
        super().__init__(formdata=formdata, data=_to_inputs(planned))
        self._typed: Mapping[str, str] = formdata or {}

    def sections(self) -> Mapping[Section, Sequence[EditableField]]:
        return by_section(FIELDS_FOR_MANY.values())

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge only what is to be set: a text beside “Keep” is not used."""
        to_set = {declared.name for declared in self._fields_to(FieldChoice.SET)}
        for name in FIELDS_FOR_MANY.keys() - to_set:
            self[name].validators, self[name].validate_choice = [], False
        super().validate(extra_validators)
        for name in to_set:
            control, words = self[name], "Enter a value, or choose Clear."
            if not (control.errors or (control.data and any(control.raw_data or ()))):
                control.errors = [words if FIELDS_FOR_MANY[name].can_be_cleared else "Enter a value."]
        self._check_choices()
        return not self.errors

    def values(self) -> dict[str, Any]:
        """Return what is to be set, by field; "" and None for what is to be cleared."""
        cleared = {declared.name: declared.from_text("") for declared in self._fields_to(FieldChoice.CLEAR)}
        to_set = self._fields_to(FieldChoice.SET)
        return {declared.name: declared.from_text(self[declared.name].data) for declared in to_set} | cleared

    def _check_choices(self) -> None:
        """Refuse fields that many devices cannot share, rather than leave them out without a word."""
        names = [name.removesuffix(_DO) for name in self._typed if name.endswith(_DO)]
        others = [name for name in names if name not in FIELDS_FOR_MANY]
        if others:
            labels = [EDITABLE_FIELDS[name].label if name in EDITABLE_FIELDS else f"“{name}”" for name in others]
            self.form_errors.append(f"Many devices cannot be given one value of {', '.join(labels)}.")
        elif not (self.errors or self.values()):
            self.form_errors.append("Choose at least one field to set or clear.")

    def _fields_to(self, choice: FieldChoice) -> Iterator[EditableField]:
        return (declared for name, declared in FIELDS_FOR_MANY.items() if self[name + _DO].data == choice)


class FileForManyForm(FlaskForm):  # type: ignore[misc]  # published without types
    """The view reads the chosen file, and puts what is wrong with it at the field."""

    file_format = StringField(
        "Config file",
        description="As the devices list it, e.g. %BWMACADDRESS%.cfg",
        filters=[tidy],
        validators=[
            DataRequired("Enter the name of the config file."),
            MaxCharacters(_LONGEST_FORMAT),
            one_line,
            validator(names.unaddressable_reason),
        ],
    )
    file = FileField("New content", description="At most 1 MiB. The file is sent exactly as it is.")


class DeleteManyForm(FlaskForm):  # type: ignore[misc]  # published without types
    """Asks for the number of the devices."""

    confirm = StringField("Enter the number of devices to confirm", filters=[tidy])

    def __init__(self, devices: int, formdata: Any) -> None:
        super().__init__(formdata=formdata)
        self._devices = devices

    def validate_confirm(self, control: Control) -> None:
        if control.data.replace(",", "") != str(self._devices):
            raise ValidationError(f"The number does not match: {self._devices:,} devices are selected.")


def _to_inputs(planned: Mapping[str, Any]) -> dict[str, str]:
    inputs: dict[str, str] = {}
    for declared in FIELDS_FOR_MANY.values():
        if declared.name in planned:
            value = planned[declared.name]
            is_cleared = declared.can_be_cleared and value in ("", None)
            inputs[declared.name + _DO] = FieldChoice.CLEAR if is_cleared else FieldChoice.SET
            inputs[declared.name] = "" if declared.is_secret else declared.to_input(value)
    return inputs


def _offer(declared: EditableField) -> RadioField:
    choices = [choice for choice in FieldChoice if choice is not FieldChoice.CLEAR or declared.can_be_cleared]

    def check(_form: EditManyForm, control: Control) -> None:
        if control.data not in choices:
            words = [choice.title() for choice in choices]
            raise ValidationError(f"Choose {', '.join(words[:-1])} or {words[-1]}.")

    labels = {choice.value: choice.title() for choice in choices}
    return RadioField(
        declared.label, choices=labels, default=FieldChoice.KEEP, validators=[check], validate_choice=False
    )


for _field in FIELDS_FOR_MANY.values():
    setattr(EditManyForm, _field.name + _DO, _offer(_field))
    setattr(EditManyForm, _field.name, make_control(_field))
