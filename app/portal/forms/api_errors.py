"""Show the backend's errors at the fields that caused them."""

from flask_wtf import FlaskForm

from app.portal.api.errors import ApiError
from app.portal.domain.text import as_sentence
from app.portal.models.access_device import FIELD_OF_KEY


def add_api_errors(form: FlaskForm, error: ApiError) -> None:
    """Add each of the backend's messages to the field whose key it begins with, or else to the form."""
    for words in error.messages or (error.message,):
        key, colon, reason = words.partition(":")
        name = FIELD_OF_KEY.get(key.strip(), "") if colon else ""
        if name in form:
            form[name].errors = [*form[name].errors, _refusal("this value", reason)]
        else:
            form.form_errors.append(_refusal("the change", words))


def _refusal(what: str, words: str) -> str:
    return as_sentence(f"The platform rejected {what}: {words.strip()}")
