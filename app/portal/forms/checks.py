"""Checks of typed text as validators of form fields."""

from collections.abc import Callable

from wtforms import Field, Form, ValidationError

from app.portal.domain.checks import Check, check_length, check_one_line


def tidy(text: str | None) -> str:
    return (text or "").strip()


def validator(check: Check) -> Callable[[Form, Field], None]:
    def validate(_form: Form, field: Field) -> None:
        if error := check(field.data):
            raise ValidationError(error)

    return validate


class MaxCharacters:
    """Refuse a longer text, and say by how much; WTForms' own check would have the browser cut what is pasted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.field_flags = {"max_characters": most}  # for the counter beside the field

    def __call__(self, _form: Form, field: Field) -> None:
        if error := check_length(field.data or "", self._most):
            raise ValidationError(error)


one_line = validator(check_one_line)
