"""Checks of typed text as validators of form fields."""

from collections.abc import Callable

from wtforms import Field, Form, ValidationError

from app.portal.domain.checks import Check, check_one_line
from app.portal.domain.text import plural


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
        excess = len(field.data or "") - self._most
        if excess > 0:
            raise ValidationError(f"{plural(excess, 'character')} too many. Must be at most {self._most} characters.")


one_line = validator(check_one_line)
