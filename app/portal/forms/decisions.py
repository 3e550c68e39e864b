"""Confirming what cannot be undone."""

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # published without types
    """Nothing to fill in."""


class DeleteForm(ConfirmForm):
    """Asks for the name of a device that people are connected to."""

    confirm_name = StringField("Enter the device name to confirm")

    def __init__(self, device_name: str, draft: MultiDict[str, str] | None = None) -> None:
        super().__init__(**({} if draft is None else {"formdata": draft}))
        self._device_name = device_name

    def validate_confirm_name(self, field: StringField) -> None:
        if field.data != self._device_name:
            raise ValidationError("The name does not match. Nothing was deleted.")
