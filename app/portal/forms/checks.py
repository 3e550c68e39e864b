"""Checks of typed text as validators of form fields."""

from collections.abc import Callable

from wtforms import Field, Form, ValidationError

from app.portal.domain.checks import Check, check_one_line


def tidy(text: str | None) -> str:
    return (text or "").strip()


def validator(check: Check) -> Callable[[Form, Field], None]:
    def validate(_form: Form, field: Field) -> None:
        if error := check(field.data):
            raise ValidationError(error)

    return validate


one_line = validator(check_one_line)
